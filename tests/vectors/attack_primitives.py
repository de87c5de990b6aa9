"""SPEC 3 and 4: where libraries disagree, and what a person may type."""

from __future__ import annotations

import hashlib
import os
from typing import Any

import nacl.bindings as sodium

from crypto import primitives
from crypto.primitives import kem_keypair, sign, signing_pk
from crypto.receipt import new_code, show_code

L = 2**252 + 27742317777372353535851937790883648493
P = 2**255 - 19

# The eight points of small order, by their order (RFC 8032 encoding).
SMALL = {
    1: ["01" + "00" * 31],
    2: ["ec" + "ff" * 30 + "7f"],
    4: ["00" * 32, "00" * 31 + "80"],
    8: [
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    ],
}
LOW_ORDER_X25519 = {
    "zero": 0,
    "one": 1,
    "order_8_a": 325606250916557431795983626356110631294008115727848805560023387167927233504,
    "order_8_b": 39382357235489614581723060781553021112529911719440698176882885853963445705823,
    "p_minus_1": P - 1,
    "p": P,
    "p_plus_1": P + 1,
}


def low_order(n: int, top_bit: bool = False) -> bytes:
    return (n + (top_bit << 255)).to_bytes(32, "little")


def primitives_sheet(sheet: Any) -> None:
    _ed25519(sheet)
    secret = os.urandom(32)
    sheet.ok("x25519", "x25519", sk=secret, pk=bytes(sodium.crypto_scalarmult_base(os.urandom(32))))
    for name, n in LOW_ORDER_X25519.items():
        sheet.fails(f"x25519_low_order_{name}", "low_order", "x25519", sk=secret, pk=low_order(n))
    seed = os.urandom(32)
    made = kem_keypair(seed)
    sheet.ok("kem_keypair", "kem.keypair", seed=seed)
    ct = bytes(sodium.crypto_scalarmult_base(os.urandom(32)))
    sheet.ok("kem_decapsulate_of_noise_is_implicit", "kem.decapsulate", seed=seed, ct=os.urandom(1088) + ct)
    for name, n in LOW_ORDER_X25519.items():
        for top in (False, True):
            bad = os.urandom(1088) + low_order(n, top)
            sheet.fails(f"kem_low_order_{name}{'_top_bit' * top}", "low_order", "kem.decapsulate", seed=seed, ct=bad)
    sheet.fails("kem_ct_short", "malformed", "kem.decapsulate", seed=seed, ct=os.urandom(1119))
    sheet.fails("kem_seed_short", "malformed", "kem.keypair", seed=os.urandom(31))
    assert len(made.pk) == 1216
    key, nonce, ad = os.urandom(32), os.urandom(24), b"ad"
    sealed = primitives.aead_seal(key, nonce, ad, "текст".encode())
    sheet.ok("aead", "aead.open", key=key, nonce=nonce, ad=ad, ciphertext=sealed)
    for name, bad in {"cut": sealed[:-1], "short": sealed[:15], "empty": b"", "flipped": _flip(sealed, 0)}.items():
        sheet.fails(f"aead_{name}", "decryption_failed", "aead.open", key=key, nonce=nonce, ad=ad, ciphertext=bad)
    sheet.fails("aead_other_ad", "decryption_failed", "aead.open", key=key, nonce=nonce, ad=b"", ciphertext=sealed)
    sheet.fails("aead_key_short", "malformed", "aead.open", key=key[:31], nonce=nonce, ad=ad, ciphertext=sealed)
    sheet.ok("argon2id_small", "argon2id", password=b"x", salt=bytes(16), memory=64, time=2, lanes=1)
    sheet.ok("argon2id_two_lanes", "argon2id", password=b"x", salt=bytes(16), memory=64, time=2, lanes=2)
    work = {"password": b"x", "salt": bytes(16), "memory": 64, "time": 1, "lanes": 1}
    beyond: dict[str, dict[str, Any]] = {
        "salt_of_7": {"salt": bytes(7)},
        "no_time": {"time": 0},
        "time_bomb": {"time": 2**32, "lanes": 2},
        "no_lanes": {"lanes": 0},
        "memory_below_8_a_lane": {"lanes": 9},
        "memory_of_nothing": {"memory": 0},
        "memory_bomb": {"memory": 1048577},
        "memory_beyond_32_bits": {"memory": 2**32},
        "lanes_bomb": {"lanes": 2**32},
    }
    for name, change in beyond.items():
        sheet.fails(f"argon2id_{name}", "kdf_out_of_bounds", "argon2id", **work | change)
    sheet.ok("hash_empty", "hash", data=b"")
    sheet.ok("kdf_without_context", "kdf", key=bytes(32), label="label", context=[])
    sheet.ok("kdf_with_context", "kdf", key=bytes(32), label="label", context=[b"", b"a"])
    sheet.fails("kdf_key_short", "malformed", "kdf", key=bytes(31), label="label", context=[])


def _flip(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def _ed25519(sheet: Any) -> None:
    seed, message = os.urandom(32), "хабарлама".encode()
    pk, good = signing_pk(seed), sign(seed, message)

    def refused(name: str, key: bytes, signature: bytes, text: bytes = message) -> None:
        sheet.fails(name, "bad_signature", "ed25519.verify", pk=key, message=text, signature=signature)

    sheet.ok("ed25519", "ed25519.verify", pk=pk, message=message, signature=good)
    refused("ed25519_other_message", pk, good, b"")
    refused("ed25519_other_key", signing_pk(os.urandom(32)), good)
    refused("ed25519_cut", pk, good[:63])
    refused("ed25519_long", pk, good + b"\0")
    refused("ed25519_key_short", pk[:31], good)
    s = int.from_bytes(good[32:], "little")
    refused("ed25519_s_plus_l", pk, good[:32] + (s + L).to_bytes(32, "little"))
    refused("ed25519_a_not_on_the_curve", (2).to_bytes(32, "little"), good)
    refused("ed25519_r_not_on_the_curve", pk, (2).to_bytes(32, "little") + good[32:])
    refused("ed25519_a_not_canonical", (P + 3).to_bytes(32, "little"), good)
    refused("ed25519_r_not_canonical", pk, (P + 3).to_bytes(32, "little") + good[32:])
    for order, points in SMALL.items():
        for n, point in enumerate(points):
            small = bytes.fromhex(point)
            refused(f"ed25519_a_of_order_{order}_{n}", small, bytes.fromhex(SMALL[1][0]) + bytes(32))
            refused(f"ed25519_r_of_order_{order}_{n}", pk, small + good[32:])
            if order > 1:
                a, signature = _torsion(seed, message, small, None)
                refused(f"ed25519_torsion_in_a_{order}_{n}", a, signature)
                a, signature = _torsion(seed, message, None, small)
                refused(f"ed25519_torsion_in_r_{order}_{n}", a, signature)
                a, signature = _torsion(seed, message, small, small)
                refused(f"ed25519_torsion_in_both_{order}_{n}", a, signature)


def _torsion(seed: bytes, message: bytes, in_a: bytes | None, in_r: bytes | None) -> tuple[bytes, bytes]:
    """A signature whose A or R has a torsion part, made so that lax verification accepts it where it can."""
    secret = hashlib.sha512(seed).digest()[:32]
    clamped = bytes([secret[0] & 248]) + secret[1:31] + bytes([secret[31] & 127 | 64])
    a = int.from_bytes(clamped, "little") % L
    key = signing_pk(seed)
    key = bytes(sodium.crypto_core_ed25519_add(key, in_a)) if in_a else key
    wanted = (
        0 if in_a and not in_r else 7 if in_a and in_r else None
    )  # k mod 8: 0 kills T in A; T + 7T = 8T = 0 in both
    for counter in range(1000):
        r = int.from_bytes(hashlib.sha512(seed + bytes([counter >> 8, counter & 255])).digest(), "little") % L
        point = bytes(sodium.crypto_scalarmult_ed25519_base_noclamp(r.to_bytes(32, "little")))
        point = bytes(sodium.crypto_core_ed25519_add(point, in_r)) if in_r else point
        k = int.from_bytes(hashlib.sha512(point + key + message).digest(), "little")
        if wanted is None or k % L % 8 == wanted:
            return key, point + ((r + k * a) % L).to_bytes(32, "little")
    raise AssertionError("no such k")


def receipt_sheet(sheet: Any) -> None:
    digits = new_code()
    sheet.ok("receipt_derive", "receipt.derive", instance=bytes(32), digits=digits)
    typed = {
        "plain": digits,
        "grouped": show_code(digits),
        "telephone": f"+({digits[:4]}) {digits[4:10]}-{digits[10:]}",
        "dashes": "\u2013".join(digits[i : i + 6] for i in range(0, 24, 6)),
        "no_break_spaces": "\u00a0".join(digits),
        "arabic_indic_digits": "".join(chr(0x660 + int(d)) for d in digits),
        "persian_digits": "".join(chr(0x6F0 + int(d)) for d in digits),
        "fullwidth_digits": "".join(chr(0xFF10 + int(d)) for d in digits),
        "mixed_digits": digits[:12] + "".join(chr(0x660 + int(d)) for d in digits[12:]),
        "line_break": digits[:12] + "\r\n" + digits[12:] + "\n",
        "byte_order_mark": "\ufeff" + digits,
    }
    for name, text in typed.items():
        assert sheet.ok(f"code_{name}", "receipt.parse", text=text.encode())["digits"] == digits
    for at in range(24):
        wrong = digits[:at] + str((int(digits[at]) + 1) % 10) + digits[at + 1 :]
        sheet.fails(f"code_one_wrong_digit_{at}", "bad_check_digit", "receipt.parse", text=wrong.encode())
    bad = {
        "short": digits[:-1],
        "long": digits + "0",
        "empty": "",
        "letter": digits[:23] + "O",
        "superscript": digits[:23] + "\u00b2",
        "devanagari_digits": "".join(chr(0x966 + int(d)) for d in digits),
        "comma": digits[:12] + "," + digits[12:],
    }
    for name, text in bad.items():
        sheet.fails(f"code_{name}", "bad_code", "receipt.parse", text=text.encode())
    sheet.fails("code_not_utf8", "malformed", "receipt.parse", text=b"\xff" + digits.encode())
    sheet.fails(
        "receipt_derive_wrong_check_digit",
        "bad_check_digit",
        "receipt.derive",
        instance=bytes(32),
        digits=_wrong(digits),
    )


def _wrong(digits: str) -> str:
    return digits[:23] + str((int(digits[23]) + 1) % 10)
