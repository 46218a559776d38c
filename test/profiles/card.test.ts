import { test } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../lib/errors";
import { type Profile, profileCard } from "../../lib/profiles/card";
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

test("a share outside [0, 1] and a card without facts are refused", () => {
  for (const facts of [[], [{ label: "x", value: 1, share: 1.5 }]])
    assert.throws(
      () => profileCard({ title: "t", sections: [{ title: "s", facts }] }),
      (error: unknown) => error instanceof InputError,
    );
});

test.run();
