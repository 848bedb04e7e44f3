"""Ends a FLAC file whose writer was killed: finds the last whole frame, writes the length.

Names and layout after RFC 9639: STREAMINFO (8.2), frame header (9.1), frame footer (9.3). Nothing
is decoded: frames are found by their sync code, believed by their CRCs, and counted by the frame
number that each carries.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

TAIL = 1 << 18
"""Bytes at the end searched first: some ten frames of incompressible stereo."""

_STREAMINFO_AT = 8
_FIXED_SYNC = b"\xff\xf8"


class _Frame(NamedTuple):
    at: int  # in the bytes searched
    number: int


def _table(polynomial: int, bits: int) -> list[int]:
    top, mask, table = 1 << (bits - 1), (1 << bits) - 1, []
    for byte in range(256):
        value = byte << (bits - 8)
        for _ in range(8):
            value = ((value << 1) ^ polynomial if value & top else value << 1) & mask
        table.append(value)
    return table


_CRC8 = _table(0x07, 8)
_CRC16 = _table(0x8005, 16)


def _crc8(data: bytes) -> int:
    value = 0
    for byte in data:
        value = _CRC8[value ^ byte]
    return value


def _crc16(data: bytes) -> int:
    value = 0
    for byte in data:
        value = ((value << 8) & 0xFFFF) ^ _CRC16[(value >> 8) ^ byte]
    return value


def finish(path: Path) -> float:
    """Cut off a torn last frame and write the number of samples into STREAMINFO.

    Returns:
        Seconds of audio in the file; 0.0 when there is no whole frame.

    Raises:
        OSError: The file cannot be read or written.
        ValueError: It is no FLAC file of fixed block size.
    """
    with path.open("r+b") as file:
        size = os.fstat(file.fileno()).st_size
        head = file.read(_STREAMINFO_AT + 34)
        if len(head) < _STREAMINFO_AT + 34 and b"fLaC".startswith(head[:4]):
            return 0.0
        if head[:5] not in (b"fLaC\x00", b"fLaC\x80"):
            raise ValueError("not a FLAC file")
        info = head[_STREAMINFO_AT:]
        block, rate = int.from_bytes(info[0:2]), int.from_bytes(info[10:13]) >> 4
        if block != int.from_bytes(info[2:4]) or rate == 0:
            raise ValueError("not a stream of fixed block size")
        total = int.from_bytes(info[13:18]) & 0xF_FFFF_FFFF
        if total:
            return total / rate
        end, frames = _whole_frames(file, _audio_at(file, size), size)
        total = frames * block
        if total:
            file.truncate(end)
            file.seek(_STREAMINFO_AT + 13)
            file.write((((info[13] >> 4) << 36) | total).to_bytes(5))
            file.flush()
            os.fsync(file.fileno())
        return total / rate


def _audio_at(file: BinaryIO, size: int) -> int:
    """Where the metadata blocks end; ``size`` if they are not all there."""
    at, last = 4, False
    while not last and at + 4 <= size:
        file.seek(at)
        header = file.read(4)
        last = bool(header[0] & 0x80)
        at += 4 + int.from_bytes(header[1:])
    return at if last and at <= size else size


def _whole_frames(file: BinaryIO, start: int, size: int) -> tuple[int, int]:
    """Byte after the last whole frame, and how many frames lie before it.

    A killed encoder never wrote a short last block, so every whole frame has the full block size.
    """
    tail = TAIL
    while True:
        begin = max(start, size - tail)
        file.seek(begin)
        data = file.read(size - begin)
        found = _last_frame(data, first=begin == start)
        if found is not None:
            return begin + found[0], found[1]
        if begin == start:
            return start, 0
        tail *= 8


def _last_frame(data: bytes, *, first: bool) -> tuple[int, int] | None:
    """End of the last whole frame in ``data`` and the number of frames up to it, or None."""
    later: list[_Frame] = []
    for frame in reversed(list(_headers(data))):
        ends = [n.at for n in later if n.number == frame.number + 1] or [len(data)]
        for end in ends:
            body = data[frame.at : end]
            if _crc16(body[:-2]) == int.from_bytes(body[-2:]):
                return end, frame.number + 1
        later.append(frame)
    return None


def _headers(data: bytes) -> Iterator[_Frame]:
    """Everything that looks like the header of a frame: sync code and CRC-8 agree."""
    at = data.find(_FIXED_SYNC)
    while at >= 0:
        header = data[at : at + 16]
        if len(header) >= 6 and header[3] & 1 == 0 and header[4] != 0xFF:
            number, after = _coded_number(header[4:])
            length = 4 + after + _extra_bytes(header[2])
            if number >= 0 and length < len(header) and _crc8(header[:length]) == header[length]:
                yield _Frame(at, number)
        at = data.find(_FIXED_SYNC, at + 1)


def _coded_number(data: bytes) -> tuple[int, int]:
    """The frame number, coded like UTF-8 (RFC 9639, 9.1.5), and its length; (-1, 0) if none."""
    lead = data[0]
    if lead < 0x80:
        return lead, 1
    extra = 8 - (lead ^ 0xFF).bit_length() - 1
    following = data[1 : 1 + extra]
    if extra < 1 or len(following) < extra or any(b & 0xC0 != 0x80 for b in following):
        return -1, 0
    number = lead & (0x3F >> extra)
    for byte in following:
        number = (number << 6) | (byte & 0x3F)
    return number, 1 + extra


def _extra_bytes(size_and_rate: int) -> int:
    """Bytes of an uncommon block size and sample rate that follow the number."""
    block, rate = size_and_rate >> 4, size_and_rate & 0x0F
    return {6: 1, 7: 2}.get(block, 0) + {12: 1, 13: 2, 14: 2}.get(rate, 0)
