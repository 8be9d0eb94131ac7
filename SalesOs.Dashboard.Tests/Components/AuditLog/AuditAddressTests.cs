using CsCheck;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Components.AuditLog;

namespace SalesOs.Dashboard.Tests.Components.AuditLog;

public class AuditAddressTests
{
    private const string Host = "https://dashboard.test";

    private static readonly TimeZoneInfo SaoPaulo = TimeZoneInfo.FindSystemTimeZoneById("America/Sao_Paulo");

    [Fact]
    public void ToString_AsByDefault_IsTheBarePath() => new AuditAddress().ToString().ShouldBe("/integrations/audit");

    [Fact]
    public void Parse_WhatToStringWrote_IsTheSame() =>
        Gen.Select(Gen.String[1, 40], Gen.String[1, 40], Gen.Int[-1, AuditActions.Choices.Count - 1], Gen.Int[0, 400], Gen.Int[0, 400], Gen.Int[1, 9999], Gen.Int[0, 2]).Sample((actor, key, action, from, length, page, size) =>
        {
            var first = new DateOnly(2026, 1, 1).AddDays(from);
            var address = new AuditAddress
            {
                Actor = Plain(actor),
                Key = Plain(key),
                Action = action < 0 ? null : AuditActions.Choices[action],
                From = from == 0 ? null : first,
                To = length == 0 ? null : first.AddDays(length),
                Page = page,
                PerPage = AuditAddress.PageSizes[size],
            };

            AuditAddress.Parse(Host + address).ShouldBe(address);
        });

    [Theory]
    [InlineData("?page=-1&per_page=7&action=nope&from=yesterday&to=2026-02-30&actor=%20")]
    [InlineData("?page=99999999999&per_page=100000&action=&key=")]
    public void Parse_Nonsense_IsTakenAsNotSaid(string query) => AuditAddress.Parse(Host + AuditAddress.Path + query).ShouldBe(new AuditAddress());

    [Fact]
    public void Parse_DaysTheWrongWayRound_StayAsTheyWereSaid()
    {
        var address = AuditAddress.Parse(Host + AuditAddress.Path + "?from=2026-11-20&to=2026-11-10");

        address.ShouldBe(new AuditAddress { From = new(2026, 11, 20), To = new(2026, 11, 10) });
        address.IsReversed.ShouldBeTrue();
    }

    [Fact]
    public void ToFilter_Days_BeginAndEndWhereTheReaderIs()
    {
        var filter = new AuditAddress { From = new(2026, 11, 20), To = new(2026, 11, 20) }.ToFilter(SaoPaulo, keys: null);

        filter.From.ShouldBe(new DateTimeOffset(2026, 11, 20, 3, 0, 0, TimeSpan.Zero));
        filter.To.ShouldBe(new DateTimeOffset(2026, 11, 21, 3, 0, 0, TimeSpan.Zero));
    }

    [Fact]
    public void ToFilter_DayWithoutMidnight_BeginsWhenItsFirstHourDoes() =>
        new AuditAddress { From = new(2018, 11, 4) }.ToFilter(SaoPaulo, keys: null).From.ShouldBe(new DateTimeOffset(2018, 11, 4, 3, 0, 0, TimeSpan.Zero));

    [Theory]
    [InlineData("0001-01-01", "9999-12-31")]
    public void ToFilter_FirstAndLastDayThereIs_AreTaken(string from, string to)
    {
        var address = AuditAddress.Parse($"{Host}{AuditAddress.Path}?from={from}&to={to}");

        address.ToFilter(SaoPaulo, keys: null).From.ShouldBe(DateTimeOffset.UnixEpoch);
        address.ToFilter(TimeZoneInfo.FindSystemTimeZoneById("Pacific/Kiritimati"), keys: null).To.ShouldBeNull();
    }

    private static string? Plain(string text) => text.Trim() is { Length: > 0 } plain && !plain.Any(char.IsSurrogate) ? plain : null;
}
