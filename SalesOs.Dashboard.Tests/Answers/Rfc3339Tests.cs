using System.Globalization;
using CsCheck;
using SalesOs.Dashboard.Answers;

namespace SalesOs.Dashboard.Tests.Answers;

/// <summary>With the date-times of the JSON Schema test suite, and what .NET's own parser takes besides.</summary>
public class Rfc3339Tests
{
    /// <summary>A text and the moment it names.</summary>
    public static TheoryData<string, string> Times => new()
    {
        { "2026-12-31T23:59:59Z", "2026-12-31T23:59:59.0000000" },
        { "2026-12-31t23:59:59z", "2026-12-31T23:59:59.0000000" },
        { "2026-12-31T23:59:59+00:00", "2026-12-31T23:59:59.0000000" },
        { "2026-12-31T23:59:59-00:00", "2026-12-31T23:59:59.0000000" },
        { "2027-02-02T10:00:00+01:00", "2027-02-02T09:00:00.0000000" },
        { "2027-02-02T10:00:00-03:30", "2027-02-02T13:30:00.0000000" },
        { "2027-02-02T10:00:00+23:59", "2027-02-01T10:01:00.0000000" },
        { "1963-06-19t08:30:06.283185z", "1963-06-19T08:30:06.2831850" },
        { "2026-12-31T23:59:59.1Z", "2026-12-31T23:59:59.1000000" },
        { "2026-12-31T23:59:59.123456789123456789Z", "2026-12-31T23:59:59.1234567" },
        { "1998-12-31T23:59:60Z", "1999-01-01T00:00:00.0000000" },
        { "1998-12-31T15:59:60.123-08:00", "1999-01-01T00:00:00.1230000" },
        { "2016-12-31t23:59:60z", "2017-01-01T00:00:00.0000000" },
        { "2024-02-29T00:00:00Z", "2024-02-29T00:00:00.0000000" },
        { "0001-01-01T00:00:00Z", "0001-01-01T00:00:00.0000000" },
        { "9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59.9999999" },
    };

    public static TheoryData<string> NoTimes =>
    [
        "", "Z", "now", "2026-12-31", "2026-12-31Z", "23:59:59Z", "2026-12-31T23:59:59", "2026-12-31T23:59Z", "2026-12-31T23Z", "2026-12-31 23:59:59Z",
        " 2026-12-31T23:59:59Z", "2026-12-31T23:59:59Z ", "2026-12-31T23:59:59Z\n", "2026-12-31T23:59:59 Z", "2026-12-31T23:59:59.Z", "2026-12-31T23:59:59,5Z",
        "2026-12-31T23:59:59+01", "2026-12-31T23:59:59+0100", "2026-12-31T23:59:59+1:00", "2026-12-31T23:59:59 +01:00", "2026-12-31T23:59:59\u221201:00",
        "2026-12-31T23:59:59+24:00", "2026-12-31T23:59:59+01:60", "2026-12-31T23:59:59+01:00Z", "2026-12-31T24:00:00Z", "2026-12-31T23:60:00Z",
        "2026-12-31T23:59:61Z", "1998-12-31T22:59:60Z", "1998-12-31T23:58:60Z", "1998-12-30T23:59:60Z", "1998-12-31T23:59:60-08:00", "1990-02-31T15:59:59.123-08:00",
        "2025-02-29T00:00:00Z", "2026-00-01T00:00:00Z", "2026-13-01T00:00:00Z", "2026-01-00T00:00:00Z", "2026-1-1T00:00:00Z", "26-01-01T00:00:00Z",
        "+12026-01-01T00:00:00Z", "-2026-01-01T00:00:00Z", "0000-01-01T00:00:00Z", "0001-01-01T00:00:00+01:00", "9999-12-31T23:59:60Z", "20261231T235959Z",
        "2013-350T01:01:01Z", "2026-W01-1T00:00:00Z", "06/19/1963 08:30:06 PST", "Tue Feb 2 2027 10:00:00 +0100", "Tue, 02 Feb 2027 10:00:00 GMT",
        "Thursday, 31 December 2026 23:59:59Z", "1963-06-1\u09EAT00:00:00Z", "1963-06-11T0\u09EA:00:00Z", "\uFF12026-12-31T23:59:59Z", "1767225599", "2026-12-31T23:59:59Z/P1D",
    ];

    [Theory]
    [MemberData(nameof(Times))]
    public void TryParse_ATime_IsThatMoment(string text, string moment)
    {
        Rfc3339.TryParse(text, out var time).ShouldBeTrue();

        time.Offset.ShouldBe(TimeSpan.Zero);
        time.DateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff", CultureInfo.InvariantCulture).ShouldBe(moment);
    }

    [Theory]
    [MemberData(nameof(NoTimes), DisableDiscoveryEnumeration = true)]
    public void TryParse_AnythingElse_IsRefused(string text) => Rfc3339.TryParse(text, out _).ShouldBeFalse();

    [Fact]
    public void TryParse_AnyMomentInAnyOffset_IsReadBack() =>
        Gen.Select(Gen.Long[0, DateTime.MaxValue.Ticks - TimeSpan.TicksPerDay], Gen.Int[-14 * 60, 14 * 60], Gen.Int[0, 7]).Sample((ticks, minutes, decimals) =>
        {
            var utc = new DateTimeOffset(ticks - (ticks % (long)Math.Pow(10, 7 - decimals)), TimeSpan.Zero);
            if (utc.Ticks + (minutes * TimeSpan.TicksPerMinute) < 0)
            {
                return;
            }

            var written = utc.ToOffset(TimeSpan.FromMinutes(minutes)).ToString("yyyy-MM-dd'T'HH:mm:ss" + (decimals == 0 ? "" : "." + new string('f', decimals)) + "zzz", CultureInfo.InvariantCulture);

            Rfc3339.TryParse(written, out var time).ShouldBeTrue(written);
            time.ShouldBe(utc, written);
        });

    [Fact]
    public void TryParse_OneSignChanged_NeverThrows() =>
        Gen.Select(Gen.Int[0, 24], Gen.Char).Sample((place, sign) =>
        {
            var text = "2026-12-31T23:59:59+01:00".ToCharArray();
            text[place] = sign;
            _ = Rfc3339.TryParse(new string(text), out _);
        });
}
