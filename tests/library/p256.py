"""P-256 by the book, in whole numbers and slowly: a second opinion on every signature.

Source: FIPS 186-5, 6.4.2 (verifying), SP 800-186, 3.2.1.3 (the curve).
"""

from __future__ import annotations

from hashlib import sha256
from typing import Final

P: Final = 2**256 - 2**224 + 2**192 + 2**96 - 1
N: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
A: Final = P - 3
B: Final = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
G: Final = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)

Point = tuple[int, int] | None


def on_curve(x: int, y: int) -> bool:
    """Is this a point of the curve, its coordinates reduced?"""
    return x < P and y < P and (y * y - x * x * x - A * x - B) % P == 0


def add(one: Point, other: Point) -> Point:
    """The sum of two points; None is infinity."""
    if one is None or other is None:
        return one or other
    if one[0] == other[0] and (one[1] + other[1]) % P == 0:
        return None
    if one == other:
        slope = (3 * one[0] ** 2 + A) * pow(2 * one[1], -1, P) % P
    else:
        slope = (other[1] - one[1]) * pow(other[0] - one[0], -1, P) % P
    x = (slope * slope - one[0] - other[0]) % P
    return x, (slope * (one[0] - x) - one[1]) % P


def times(number: int, point: Point) -> Point:
    """A point, added to itself."""
    found: Point = None
    while number:
        if number & 1:
            found = add(found, point)
        point, number = add(point, point), number >> 1
    return found


def holds(point: tuple[int, int], signature: bytes, message: bytes) -> bool:
    """Does a signature of r and s hold under a point?"""
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    if len(signature) != 64 or not (0 < r < N and 0 < s < N):
        return False
    inverse = pow(s, -1, N)
    number = int.from_bytes(sha256(message).digest(), "big")
    found = add(times(number * inverse % N, G), times(r * inverse % N, point))
    return found is not None and found[0] % N == r
