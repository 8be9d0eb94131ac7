using System.Globalization;
using SalesOs.Dashboard.Answers;

namespace SalesOs.Dashboard.Tests.Answers;

public class IcuMessageTests
{
    private const string Keys = "{count, plural, =0 {no key} one {# key of {tenant}} many {# of keys} other {# keys of {tenant}}}";

    [Theory]
    [InlineData("en", 0, "no key")]
    [InlineData("en", 1, "1 key of Acme")]
    [InlineData("en", 1234, "1,234 keys of Acme")]
    [InlineData("pt-BR", 1234, "1.234 keys of Acme")]
    [InlineData("pt-BR", 1_000_000, "1.000.000 of keys")]
    [InlineData("en", 1_000_000, "1,000,000 keys of Acme")]
    public void Format_Plural_TakesTheLanguagesBranchAndDigits(string culture, long count, string expected) =>
        Format(Keys, culture, ("count", count), ("tenant", "Acme")).ShouldBe(expected);

    [Fact]
    public void Format_ZeroInPortugueseWithoutAnExactBranch_CountsAsOne() =>
        Format("{n, plural, one {# chave} other {# chaves}}", "pt-BR", ("n", 0)).ShouldBe("0 chave");

    [Theory]
    [InlineData("can't and '{quoted}'", "can't and {quoted}")]
    [InlineData("it''s", "it's")]
    [InlineData("# stays outside a plural", "# stays outside a plural")]
    public void Format_Apostrophes_QuoteOnlyBeforeBraces(string text, string expected) => Format(text, "en").ShouldBe(expected);

    [Fact]
    public void Format_ValueWithBraces_IsNotReadAgain() => Format("Key {name}", "en", ("name", "{count}")).ShouldBe("Key {count}");

    [Theory]
    [InlineData("{open")]
    [InlineData("closed}")]
    [InlineData("{n, plural, one {x}}")]
    [InlineData("{n, select, a {x} other {y}}")]
    public void Parse_Malformed_Throws(string text) => Should.Throw<FormatException>(() => IcuMessage.Parse(text));

    [Fact]
    public void Placeholders_OfBranches_AreNamedToo() => IcuMessage.Parse(Keys).Placeholders.ShouldBe(["count", "tenant"]);

    private static string Format(string text, string culture, params (string Name, object? Value)[] values) =>
        IcuMessage.Parse(text).Format(CultureInfo.GetCultureInfo(culture), values.ToDictionary(v => v.Name, v => v.Value, StringComparer.Ordinal));
}
