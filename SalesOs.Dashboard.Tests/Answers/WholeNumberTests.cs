using System.Numerics;
using System.Text.Json;
using CsCheck;
using SalesOs.Dashboard.Answers;

namespace SalesOs.Dashboard.Tests.Answers;

public class WholeNumberTests
{
    [Theory]
    [InlineData("1000", 1000)]
    [InlineData("1000.0", 1000)]
    [InlineData("1000.000000000000000000000000000000000000000", 1000)]
    [InlineData("1e3", 1000)]
    [InlineData("1E+3", 1000)]
    [InlineData("1.5e1", 15)]
    [InlineData("10000e-1", 1000)]
    [InlineData("0", 0)]
    [InlineData("-0.0", 0)]
    [InlineData("0e999999999999999999999", 0)]
    [InlineData("-1e3", -1000)]
    [InlineData("2147483647.0", int.MaxValue)]
    [InlineData("-2147483648", int.MinValue)]
    public void Number_ThatIsWhole_IsReadHoweverItIsWritten(string json, int value)
    {
        Read<int>(json).ShouldBe(value);
        Read<long>(json).ShouldBe(value);
        JsonSerializer.Deserialize<int>(json, Envelope.Json).ShouldBe(value);
        JsonSerializer.Deserialize<int?>(json, Envelope.Json).ShouldBe(value);
    }

    [Theory]
    [InlineData("1000.5")]
    [InlineData("1e-3")]
    [InlineData("1000.0000000000000000000000000000000000001")]
    [InlineData("9999e-1")]
    [InlineData("1e-99999999999999999999999")]
    [InlineData("2147483648")]
    [InlineData("-2147483649")]
    [InlineData("1e400")]
    [InlineData("1e99999999999999999999999")]
    [InlineData("9223372036854775808")]
    [InlineData("\"1000\"")]
    [InlineData("true")]
    public void Number_ThatIsNot_IsRefused(string json)
    {
        Read<int>(json).ShouldBeNull();
        Should.Throw<JsonException>(() => JsonSerializer.Deserialize<int>(json, Envelope.Json));
    }

    [Fact]
    public void Number_WithAnyPointAndExponent_IsWhatItsDigitsSay() =>
        Gen.Select(Gen.Long, Gen.Int[0, 25], Gen.Int[-25, 25]).Sample((digits, decimals, exponent) =>
        {
            var text = BigInteger.Abs(digits).ToString(System.Globalization.CultureInfo.InvariantCulture).PadLeft(decimals + 1, '0');
            var json = $"{(digits < 0 ? "-" : "")}{text[..^decimals]}{(decimals == 0 ? "" : "." + text[^decimals..])}e{exponent}";
            var shift = exponent - decimals;
            var (above, below) = (digits * BigInteger.Pow(10, Math.Max(shift, 0)), BigInteger.Pow(10, Math.Max(-shift, 0)));
            long? expected = above % below == 0 && above / below >= long.MinValue && above / below <= long.MaxValue ? (long)(above / below) : null;

            Read<long>(json).ShouldBe(expected, json);
        });

    private static T? Read<T>(string json)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T> =>
        WholeNumberConverter<T>.TryRead(JsonElement.Parse(json), out var value) ? value : null;
}
