using System.Text;
using CsCheck;
using SalesOs.Dashboard.Persistence;

namespace SalesOs.Dashboard.Tests.Persistence;

public class FoldedTextTests
{
    private static readonly Func<string, string>[] Folds = [FoldedText.Of, FoldedText.Caseless, FoldedText.AsSeen];

    [Fact]
    public void Fold_OfAnyText_NeverThrowsAndIsDone() =>
        OddText.Any.Sample(
            text =>
            {
                _ = FoldedText.IsVisible(text);
                foreach (var fold in Folds)
                {
                    var folded = fold(text);
                    fold(folded).ShouldBe(folded);
                }
            },
            iter: 20_000);

    [Fact]
    public void Fold_OfEachCodePoint_NeverThrowsAndIsDone()
    {
        for (var value = 0; value <= 0x10FFFF; value++)
        {
            var character = value is >= 0xD800 and <= 0xDFFF ? ((char)value).ToString() : new Rune(value).ToString();
            foreach (var fold in Folds)
            {
                var folded = fold(character);
                if (fold(folded) != folded)
                {
                    Assert.Fail($"U+{value:X4} is folded further by {fold.Method.Name} the second time.");
                }
            }
        }
    }

    [Theory]
    [InlineData("Straße", "STRASSE")]
    [InlineData("STRAẞE", "strasse")]
    [InlineData("ΟΔΟΣ", "οδος")]
    [InlineData("ΟΔΟΣ", "οδοσ")]
    [InlineData("José", "jose\u0301")]
    [InlineData("José", "JOSE")]
    [InlineData("ＡＢＣ　１２３", "abc 123")]
    [InlineData("CRM\u00A0  sync ", " crm\tsync")]
    [InlineData("CRM\nsync", "crm sync")]
    [InlineData("ﬁle", "file")]
    [InlineData("İstanbul", "istanbul")]
    [InlineData("soft\u00ADhyphen\u200B", "softhyphen")]
    [InlineData("❤\uFE0F", "❤")]
    [InlineData("각", "\u1100\u1161\u11A8")]
    [InlineData("sk_live_a1b2c3d4…o5p6", "sk_live_a1b2c3d4...o5p6")]
    public void Of_TextsThatMeanTheSame_AreOne(string one, string other) => FoldedText.Of(one).ShouldBe(FoldedText.Of(other));

    [Theory]
    [InlineData("a", "b")]
    [InlineData("ab", "a b")]
    [InlineData("ø", "o")]
    [InlineData("1", "l")]
    public void Of_TextsThatMeanAnother_StayTwo(string one, string other) => FoldedText.Of(one).ShouldNotBe(FoldedText.Of(other), StringComparer.Ordinal);

    [Theory]
    [InlineData("Ana.Silva@Contoso.com", "ana.silva@contoso.COM", true)]
    [InlineData("josé@x.co", "JOSE\u0301@x.co", true)]
    [InlineData("ΟΔΟΣ@x.co", "οδος@x.co", true)]
    [InlineData("josé@x.co", "jose@x.co", false)]
    [InlineData("a.b@x.co", "ab@x.co", false)]
    public void Caseless_Addresses_DifferInMoreThanCaseAndForm(string one, string other, bool same) => (FoldedText.Caseless(one) == FoldedText.Caseless(other)).ShouldBe(same);

    [Theory]
    [InlineData("CRM  sync", "CRM sync", true)]
    [InlineData("CRM\u00A0sync\u200B", " CRM sync", true)]
    [InlineData("José", "Jose\u0301", true)]
    [InlineData("CRM sync", "crm sync", false)]
    [InlineData("ＣＲＭ", "CRM", false)]
    public void AsSeen_WhatLooksTheSame_IsOne(string one, string other, bool same) => (FoldedText.AsSeen(one) == FoldedText.AsSeen(other)).ShouldBe(same);

    [Theory]
    [InlineData("a", true)]
    [InlineData("\u202Ereversed", true)]
    [InlineData("😀", true)]
    [InlineData("é", true)]
    [InlineData("-", true)]
    [InlineData("\uE000", true)]
    [InlineData("", false)]
    [InlineData(" \u00A0\u3000", false)]
    [InlineData("\u200B\u200B\u200B", false)]
    [InlineData("\u202A\u202E\u2066\u2069\u061C", false)]
    [InlineData("\uFEFF\u00AD\u2060", false)]
    [InlineData("\u3164\u115F\uFFA0\u2800", false)]
    [InlineData("\u0301\uFE0F", false)]
    [InlineData("\uFFFE\uFDD0", false)]
    public void IsVisible_OnlyWhatIsDrawn_Counts(string text, bool visible) => FoldedText.IsVisible(text).ShouldBe(visible);
}
