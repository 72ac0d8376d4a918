"""What the benchmarks measure against: moto's custom models of Amazon Bedrock, the nearest thing that others have."""

from __future__ import annotations

import boto3

BUCKET = "training-data"


def create(client, number):
    client.create_model_customization_job(**job(number))


def job(number):
    """Return the body of a call that creates a custom model."""
    return {
        "jobName": f"job-{number}",
        "customModelName": f"model-{number}",
        "roleArn": "arn:aws:iam::123456789012:role/tuning",
        "baseModelIdentifier": "amazon.titan-text-express-v1",
        "trainingDataConfig": {"s3Uri": f"s3://{BUCKET}/train.jsonl"},
        "outputDataConfig": {"s3Uri": f"s3://{BUCKET}/out"},
        "hyperParameters": {"learningRate": "0.1"},
    }


def client(endpoint=None):
    """Make a client, in a world with a bucket."""
    storage = boto3.client("s3", endpoint_url=endpoint)
    storage.create_bucket(Bucket=BUCKET)
    storage.put_object(Bucket=BUCKET, Key="train.jsonl", Body=b"{}")
    return boto3.client("bedrock", endpoint_url=endpoint)
