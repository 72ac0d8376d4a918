"""What other teams' tests, and our own, build on: the contract suite, strategies, and a transport without sockets."""
