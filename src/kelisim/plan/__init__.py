"""What a plan is: the written form of values, and the schema of items and fields, which is data."""

from kelisim.plan.schema import FieldType, Rule, Schema, schema
from kelisim.plan.values import written

__all__ = ["FieldType", "Rule", "Schema", "schema", "written"]
