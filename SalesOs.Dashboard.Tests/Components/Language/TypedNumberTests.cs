using System.Globalization;
using CsCheck;
using SalesOs.Dashboard.Components.Language;

namespace SalesOs.Dashboard.Tests.Components.Language;

public class TypedNumberTests
{
    private static readonly CultureInfo[] Cultures = CultureInfo.GetCultures(CultureTypes.AllCultures);

    [Theory]
    [InlineData("pt-BR", "1000", 1000)]
    [InlineData("pt-BR", "1.000", 1000)]
    [InlineData("pt-BR", "1.000.000", 1_000_000)]
    [InlineData("en", "1,000", 1000)]
    [InlineData("en", " 25,000 ", 25_000)]
    [InlineData("en", "007", 7)]
    [InlineData("en", "0", 0)]
    [InlineData("en", "\u0661\u0660\u0660\u0660", 1000)]
    [InlineData("en", "\uFF11\uFF10\uFF10\uFF10", 1000)]
    [InlineData("en", "\uFF11,\uFF10\uFF10\uFF10", 1000)]
    [InlineData("hi", "\u0967,\u0966\u0966\u0966", 1000)]
    [InlineData("fr", "1 000", 1000)]
    [InlineData("fr", "1\u00A0000", 1000)]
    [InlineData("hi", "10,00,000", 1_000_000)]
    [InlineData("en", "99,999,999,999,999,999,999", int.MaxValue)]
    public void TryRead_AWholeNumber_IsReadAsItIsMeant(string culture, string text, int number)
    {
        TypedNumber.TryRead(text, CultureInfo.GetCultureInfo(culture), out var read).ShouldBeTrue();
        read.ShouldBe(number);
    }

    [Theory]
    [InlineData("pt-BR", "1000.00")]
    [InlineData("pt-BR", "1.5")]
    [InlineData("pt-BR", "1.000,00")]
    [InlineData("pt-BR", "1,000")]
    [InlineData("pt-BR", "1.0000")]
    [InlineData("pt-BR", "1..000")]
    [InlineData("pt-BR", ".100")]
    [InlineData("en", "1,5")]
    [InlineData("en", "1.5")]
    [InlineData("en", "1.000")]
    [InlineData("en", "1,000.00")]
    [InlineData("en", "10,00,000")]
    [InlineData("en", "1000,000")]
    [InlineData("en", "0,100")]
    [InlineData("en", "1,000,")]
    [InlineData("en", "1 000")]
    [InlineData("en", "1'000")]
    [InlineData("en", "-5")]
    [InlineData("en", "+5")]
    [InlineData("en", "1e3")]
    [InlineData("en", "0x10")]
    [InlineData("en", "\u00B2")]
    [InlineData("en", "1\u0660")]
    [InlineData("en", "\u2167")]
    [InlineData("en", "")]
    [InlineData("en", "  ")]
    [InlineData("en", "many")]
    public void TryRead_AnythingElse_IsRefused(string culture, string text) =>
        TypedNumber.TryRead(text, CultureInfo.GetCultureInfo(culture), out _).ShouldBeFalse();

    [Fact]
    public void TryRead_AnyNumberAsAnyCultureWritesIt_IsReadBack() =>
        Gen.Select(Gen.Int[0, int.MaxValue], Gen.Int[0, 31], Gen.OneOf(Cultures)).Sample((large, shift, culture) =>
        {
            var number = large >> shift;
            TypedNumber.TryRead(number.ToString("N0", culture), culture, out var grouped).ShouldBeTrue($"{number} {culture.Name}");
            TypedNumber.TryRead(number.ToString(culture), culture, out var plain).ShouldBeTrue($"{number} {culture.Name}");
            grouped.ShouldBe(number);
            plain.ShouldBe(number);
        });

    /// <summary>What is read is what was written: no text stands for a number that its own digits are not.</summary>
    [Fact]
    public void TryRead_DigitsWithSignsBetweenThem_AreReadWhenGroupedExactlyAlone() =>
        Gen.Select(Gen.OneOf("1234567890,. ".ToCharArray()).Array[1, 11], Gen.OneOf("en", "pt-BR")).Sample((signs, name) =>
        {
            var culture = CultureInfo.GetCultureInfo(name);
            var text = new string(signs).Trim();
            var exact = text.Length > 0 && (text.All(char.IsAsciiDigit) || (long.TryParse(string.Concat(text.Where(char.IsAsciiDigit)), out var value) && value.ToString("N0", culture) == text));

            TypedNumber.TryRead(text, culture, out _).ShouldBe(exact, $"{name} {text}");
        }, iter: 20_000);
}
