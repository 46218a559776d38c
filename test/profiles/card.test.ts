import { test } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../lib/errors";
import { type Profile, priceSensitivitySection, profileCard } from "../../lib/profiles/card";
import { isDisplayable } from "../../lib/workbench/displayable";

const profile: Profile = {
  title: "Customer <7>",
  subtitle: 'likes "tea" & cake',
  sections: [
    { title: "Value", facts: [{ label: "spend", value: 12345.678, unit: "TWD" }] },
    {
      title: "Churn",
      facts: [
        { label: "probability", value: 0.123456, share: 0.123456 },
        { label: "price sensitivity", value: Number.NaN },
      ],
    },
    { title: "Tastes", facts: [{ label: "favourite", value: undefined }] },
  ],
};

test("a card shows itself as HTML and as text, without what isn't known", () => {
  const card = profileCard(profile);
  assert.ok(isDisplayable(card));
  const bundle = (card as unknown as { [key: symbol]: () => Record<string, string> })[Symbol.for("Jupyter.display")]();
  assert.is(
    bundle["text/plain"],
    'Customer <7> (likes "tea" & cake)\n\nValue\n  spend: 12,346 TWD\n\nChurn\n  probability: 0.1235',
  );
  assert.is(String(card), bundle["text/plain"]);
  assert.match(bundle["text/html"], /Customer &lt;7&gt;/);
  assert.match(bundle["text/html"], /&quot;tea&quot; &amp; cake/);
  assert.match(bundle["text/html"], /width:12\.3%/);
  assert.not.match(bundle["text/html"], /Tastes|NaN|undefined/);
});

test("price sensitivity reads as what a tenth off does; what isn't known is left out", () => {
  const section = priceSensitivitySection({
    markdown_share: 0.25,
    item_price_index: 0.97,
    category_price_index: Number.NaN,
    units_slope: -1,
    purchase_slope: -0.5,
  });
  const card = String(profileCard({ title: "t", sections: [section] }));
  assert.match(card, /bought on markdown: 25 % of lines/);
  assert.match(card, /pays, of an item's mean price: 97 %/);
  assert.not.match(card, /category/);
  // 1 / 0.9 − 1 and −0.5 · ln 0.9.
  assert.match(card, /units a purchase: 11.11 %/);
  assert.match(card, /chance of buying: 5.268 points/);
});

test("a share outside [0, 1] and a card without facts are refused", () => {
  for (const facts of [[], [{ label: "x", value: 1, share: 1.5 }]])
    assert.throws(
      () => profileCard({ title: "t", sections: [{ title: "s", facts }] }),
      (error: unknown) => error instanceof InputError,
    );
});

test.run();
