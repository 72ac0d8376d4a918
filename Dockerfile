# A fake server whose worlds are kept in the volume /state. Build it with: docker build -t genai-ports .
FROM python:3.12-slim AS build
WORKDIR /source
COPY . .
RUN pip wheel --no-cache-dir --no-deps --wheel-dir /wheels .

FROM python:3.12-slim
COPY --from=build /wheels /wheels
RUN pip install --no-cache-dir "$(echo /wheels/*.whl)[server]" \
    && rm -r /wheels \
    && useradd --system --uid 10001 --create-home genai \
    && install --directory --owner genai --mode 700 /state
USER genai
VOLUME /state
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=120s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/_sim/health', timeout=2)"]
ENTRYPOINT ["genai-ports", "serve", "--host", "0.0.0.0", "--port", "8080", "--state", "/state"]
