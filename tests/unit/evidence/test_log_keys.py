"""Data keys and signing keys, as files."""

from datetime import UTC, datetime, timedelta

import pytest

from holdtrue.errors import BrokenEvidence
from holdtrue.evidence.datakeys import DAY, DataKeys
from holdtrue.evidence.drafts import compose
from holdtrue.evidence.groups import HiddenGroup
from holdtrue.evidence.keys import SigningKeys
from holdtrue.evidence.kinds import Kind
from holdtrue.evidence.sealing import Sealer

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
TODAY = int(NOON.timestamp() * 1000) // DAY


def test_each_month_group_and_retention_has_a_key_of_its_own(tmp_path):
    keys = DataKeys(tmp_path / "keys" / "data")
    keys.to_write(TODAY, 30)
    keys.to_write(TODAY, 365)
    keys.to_write(TODAY + 31, 30)
    names = sorted(file.name for file in (tmp_path / "keys" / "data").iterdir())
    assert names == [
        "2026-11.context-0.key",
        "2026-11.core-0.key",
        "2026-11.identity-30.key",
        "2026-11.identity-365.key",
        "2026-12.context-0.key",
        "2026-12.core-0.key",
        "2026-12.identity-30.key",
    ]


def test_an_identity_key_is_spent_when_the_whole_month_has_passed_its_days(tmp_path):
    keys = DataKeys(tmp_path / "keys" / "data")
    keys.to_write(TODAY, 30)
    december = datetime(2026, 12, 1, tzinfo=UTC)
    assert list(keys.spent(december + timedelta(days=29))) == []
    assert [name for name, _, _ in keys.spent(december + timedelta(days=30))] == ["2026-11.identity-30"]


def test_a_destroyed_key_hides_its_group_and_no_other(tmp_path):
    keys = DataKeys(tmp_path / "keys" / "data")
    sealer = Sealer(keys)
    row = sealer.seal(compose(Kind.SIGNED_IN, about="person/1", at=NOON, identity={"name": "Zoe"}))
    before = sealer.open(row)
    keys.destroy("2026-11.identity-30")

    after = sealer.open(row)
    assert after.identity == HiddenGroup(before.identity.name, before.identity.hash)
    assert (after.core, after.leaf) == (before.core, before.leaf)
    assert b"Zoe" not in row.identity


def test_a_damaged_data_key_is_named(tmp_path):
    keys = DataKeys(tmp_path / "keys" / "data")
    keys.to_write(TODAY, 0)
    file = tmp_path / "keys" / "data" / "2026-11.core-0.key"
    file.write_bytes(b"short")
    with pytest.raises(BrokenEvidence, match=r"2026-11\.core-0\.key is damaged"):
        DataKeys(tmp_path / "keys" / "data").of_entry(TODAY, 0)


def test_the_first_key_is_made_once(tmp_path):
    keys = SigningKeys(tmp_path / "keys")
    [first] = keys.signers("policy.example/log", NOON)
    [again] = keys.signers("policy.example/log", NOON + timedelta(days=900))
    assert again.verifier == first.verifier == keys.trusted()[0]


def test_a_damaged_list_of_keys_is_named(tmp_path):
    keys = SigningKeys(tmp_path / "keys")
    keys.signers("policy.example/log", NOON)
    (tmp_path / "keys" / "keys.json").write_bytes(b"{")
    with pytest.raises(BrokenEvidence, match=r"keys\.json cannot be read"):
        keys.trusted()


def test_a_signing_key_that_was_swapped_is_refused(tmp_path):
    keys = SigningKeys(tmp_path / "keys")
    keys.signers("policy.example/log", NOON)
    [file] = (tmp_path / "keys").glob("log-*.key")
    file.write_bytes(bytes(32))
    with pytest.raises(BrokenEvidence, match="is not the private half"):
        keys.signers("policy.example/log", NOON)
