"""Prediction: what the orders of all customers have taught, kept so that one customer's outlook costs no fitting."""

from crmcore.prediction.entity import PredictionModel, PredictionModelId

__all__ = ["PredictionModel", "PredictionModelId"]
