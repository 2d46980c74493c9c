"""The arithmetic of worked examples, evaluated without `eval`."""

import ast
import math
import operator
from collections.abc import Callable
from statistics import NormalDist
from typing import Any

OPERATORS: dict[type, Callable[..., Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
    ast.USub: operator.neg,
    ast.Eq: operator.eq,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
FUNCTIONS: dict[str, Callable[..., Any]] = {
    "round": round,
    "max": max,
    "min": min,
    "math.ceil": math.ceil,
    "math.log": math.log,
    "NormalDist": NormalDist,
}


def holds(check: str) -> bool:
    """Whether an expression such as "36/40 == 0.9 and max(4, 2) == 4" is true.

    Raises ValueError for what is not arithmetic.
    """
    return _value(ast.parse(check, mode="eval").body) is True


def _value(node: ast.expr) -> Any:
    match node:
        case ast.Constant(value=int() | float() as number):
            return number
        case ast.BinOp(left=left, op=op, right=right):
            return _operator(op)(_value(left), _value(right))
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return _operator(op)(_value(left), _value(right))
        case ast.UnaryOp(op=op, operand=operand):
            return _operator(op)(_value(operand))
        case ast.BoolOp(op=ast.And(), values=values):
            return all(_value(item) for item in values)
        case ast.Call(func=function, args=arguments, keywords=[]):
            return _function(function)(*(_value(item) for item in arguments))
    raise ValueError(f"not arithmetic: {ast.unparse(node)}")


def _operator(op: ast.AST) -> Callable[..., Any]:
    if type(op) not in OPERATORS:
        raise ValueError(f"not arithmetic: {type(op).__name__}")
    return OPERATORS[type(op)]


def _function(node: ast.expr) -> Callable[..., Any]:
    """A function by its name, or the `inv_cdf` of a NormalDist(...)."""
    if isinstance(node, ast.Attribute) and node.attr == "inv_cdf":
        curve = _value(node.value)
        if isinstance(curve, NormalDist):
            return curve.inv_cdf
    if ast.unparse(node) not in FUNCTIONS:
        raise ValueError(f"not arithmetic: {ast.unparse(node)}")
    return FUNCTIONS[ast.unparse(node)]
