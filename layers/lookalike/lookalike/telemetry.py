"""The functions' logger and metrics."""

import warnings

from aws_lambda_powertools import Logger, Metrics

# Most calls count nothing, which is no reason for a line of plain text among the JSON.
warnings.filterwarnings("ignore", "No application metrics to publish")

logger = Logger()
metrics = Metrics()
