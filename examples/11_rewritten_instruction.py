"""A rewritten instruction: what an edited answer suggests about the prompt, seen against done."""

from causalkit import Dist, Model, coin, cpt

# Three prompts and the answers that they tend to.
prompts = Model(
    prompt=Dist({"terse": "1/2", "cite": "1/4", "polite": "1/4"}),
    answer=cpt(
        ["prompt"],
        {
            "terse": {"short": "3/4", "source": "1/8", "kind": "1/8"},
            "cite": {"short": "1/4", "source": "3/4"},
            "polite": {"short": "1/4", "kind": "3/4"},
        },
    ),
)
for answer in ("short", "source", "kind"):
    print(f"an answer edited to {answer!r} suggests", prompts.given(answer=answer).dist("prompt"))

# A prompt that does nothing, written by those who ask easier things.
experts = Model(
    user=coin("1/2"),
    expert_prompt=cpt(["user"], {True: coin("4/5"), False: coin("1/5")}),
    good=cpt(["user"], {True: coin("9/10"), False: coin("1/2")}),
)
print("P(good | the expert prompt seen)", experts.given(expert_prompt=True).prob(good=True))
print("P(good | do(the expert prompt)) ", experts.do(expert_prompt=True).prob(good=True))
print("P(expert prompt | good)         ", experts.given(good=True).prob(expert_prompt=True))
