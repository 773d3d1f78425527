"""Worlds with a source and a caveat, one per file; ``bundled_worlds()`` builds them all."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from causalkit.loading import later
from stop_button.decision.world import World
from stop_button.worlds.backstop import backstop
from stop_button.worlds.basic_button import basic_button
from stop_button.worlds.boxed_producer import boxed_producer
from stop_button.worlds.butterfly import butterfly
from stop_button.worlds.carey_cirl import carey_cirl
from stop_button.worlds.careyeveritt_figure_1 import careyeveritt_figure_1
from stop_button.worlds.changing_minds import changing_minds
from stop_button.worlds.common_filter import common_filter
from stop_button.worlds.delegation import delegation
from stop_button.worlds.edited_self import edited_self
from stop_button.worlds.errands import errands
from stop_button.worlds.garber_example_4_1 import garber_example_4_1
from stop_button.worlds.hobson_three_actions import hobson_three_actions
from stop_button.worlds.jackpot_steering import jackpot_steering
from stop_button.worlds.meter import meter
from stop_button.worlds.milli_orders import milli_orders
from stop_button.worlds.misleading_signals import misleading_signals
from stop_button.worlds.nayebi_five_heads import nayebi_five_heads
from stop_button.worlds.nayebi_yes_human import nayebi_yes_human
from stop_button.worlds.note_to_self import note_to_self
from stop_button.worlds.off_switch_game import off_switch_game
from stop_button.worlds.office import office
from stop_button.worlds.precursor_bet import precursor_bet
from stop_button.worlds.public_unsafe_act import public_unsafe_act
from stop_button.worlds.reasons import reasons
from stop_button.worlds.reassurance import reassurance
from stop_button.worlds.register import Bundled, bundled, scores
from stop_button.worlds.scale import scale
from stop_button.worlds.sub_agent import sub_agent
from stop_button.worlds.two_coins import two_coins
from stop_button.worlds.wangberg_feeling_human import wangberg_feeling_human
from stop_button.worlds.wanting_and_trying import wanting_and_trying
from stop_button.worlds.ward_war_game import ward_war_game
from stop_button.worlds.which_lever import which_lever

__all__ = [
    "REGISTER", "Bundled", "backstop", "basic_button", "boxed_producer", "bundled", "bundled_worlds", "butterfly", "carey_cirl",
    "careyeveritt_figure_1", "changing_minds", "common_filter", "delegation", "edited_self", "errands", "garber_example_4_1",
    "hobson_three_actions", "jackpot_steering", "meter", "milli_orders", "misleading_signals", "nayebi_five_heads", "nayebi_yes_human",
    "note_to_self", "off_switch_game", "office", "precursor_bet", "public_unsafe_act", "reasons", "reassurance", "scale", "scores",
    "sub_agent", "two_coins", "wangberg_feeling_human", "wanting_and_trying", "ward_war_game", "which_lever",
]  # fmt: skip

REGISTER: Mapping[str, Bundled] = MappingProxyType(
    {
        world.name: world
        for world in [
            office,
            basic_button,
            which_lever,
            backstop,
            precursor_bet,
            public_unsafe_act,
            jackpot_steering,
            scale,
            hobson_three_actions,
            careyeveritt_figure_1,
            off_switch_game,
            wangberg_feeling_human,
            garber_example_4_1,
            nayebi_five_heads,
            nayebi_yes_human,
            milli_orders,
            carey_cirl,
            misleading_signals,
            ward_war_game,
            wanting_and_trying,
            butterfly,
            reasons,
            errands,
            common_filter,
            changing_minds,
            boxed_producer,
            two_coins,
            reassurance,
            meter,
            sub_agent,
            delegation,
            note_to_self,
            edited_self,
        ]
    }
)
"""Every bundled world by its name, in the order in which tables show them."""


def bundled_worlds() -> dict[str, World]:
    """Every bundled world in every variant, by name.

    >>> [name for name in bundled_worlds() if name.startswith('public')]
    ['public_unsafe_act_a', 'public_unsafe_act_b', 'public_unsafe_act_c']
    """
    return {world.name: world for one in REGISTER.values() for world in (one.variant(title) for title in one.variants)}


__getattr__, __dir__ = later(__name__, __all__, {})
