using CsCheck;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.KeyList;
using SalesOs.Dashboard.Components.Keys;

namespace SalesOs.Dashboard.Tests.Components.KeyList;

public class KeysAddressTests
{
    private const string Host = "https://dashboard.test";

    private static readonly KeyStatus[] Statuses = Enum.GetValues<KeyStatus>();
    private static readonly KeyMark[] Marks = Enum.GetValues<KeyMark>();

    [Fact]
    public void ToString_AsByDefault_IsTheBarePath() => new KeysAddress().ToString().ShouldBe("/integrations/api-keys");

    [Fact]
    public void ToString_EverythingChosen_NamesEachFieldAsTheApiDoes() =>
        new KeysAddress { Search = "crm & co", Status = KeyStatus.Revoked, Environment = KeyEnvironment.Test, Scope = "leads:read", Creator = Guid.Parse("0198aaaa-0000-7000-8000-000000000001"), Sort = KeySort.Name, Descending = false, Page = 3, PerPage = 50 }
            .ToString().ShouldBe("/integrations/api-keys?search=crm%20%26%20co&status=revoked&environment=test&scope=leads%3Aread&creator=0198aaaa-0000-7000-8000-000000000001&sort=name&page=3&per_page=50");

    [Fact]
    public void Parse_WhatToStringWrote_IsTheSame() =>
        Gen.Select(Gen.String[1, 40], Gen.Int[0, Statuses.Length + Marks.Length], Gen.Int[0, 2], Gen.Int[0, 3], Gen.Enum<KeySort>(), Gen.Int[1, 9999], Gen.Int[0, 2]).Sample((search, status, environment, scope, sort, page, size) =>
        {
            var trimmed = search.Trim();
            var address = new KeysAddress
            {
                Search = trimmed.Length == 0 || trimmed.Any(char.IsSurrogate) ? null : trimmed,
                Status = status < Statuses.Length ? Statuses[status] : null,
                Mark = status > Statuses.Length ? Marks[status - Statuses.Length - 1] : null,
                Creator = page % 3 == 0 ? Guid.NewGuid() : null,
                Traits = new() { FullAccess = page % 5 == 0, NeverExpires = page % 7 == 0, AnyAddress = page % 2 == 0, MadeBy = page % 11 == 0 ? "ana & co" : null, UsedSince = page % 13 == 0 ? new DateOnly(2026, 1, 2) : null },
                Environment = environment == 2 ? null : (KeyEnvironment)environment,
                Scope = scope == 3 ? null : Scopes.All[scope],
                Sort = sort,
                Descending = page % 2 == 0,
                Page = page,
                PerPage = KeysAddress.PageSizes[size],
            };

            KeysAddress.Parse(Host + address).ShouldBe(address);
        });

    [Theory]
    [InlineData("?page=-1&per_page=7&status=nope&environment=9&scope=all&sort=secret")]
    [InlineData("?page=99999999999&per_page=100000&status=&search=%20%20")]
    [InlineData("?status=1")]
    [InlineData("?full_access=yes&never_expires=1&any_address=&created_by=%20&used_since=2026-02-30&unused_since=yesterday&expires_before=11282026")]
    public void Parse_Nonsense_IsTakenAsNotSaid(string query) => KeysAddress.Parse(Host + KeyLinks.List + query).ShouldBe(new KeysAddress());

    [Theory]
    [InlineData("?search=salesos_secret_live_abc&status=active")]
    [InlineData("?search=KEY%3DSalesOS_Secret_test_abc&status=active")]
    public void Parse_ASecretInTheSearch_GoesNoFurther(string query) =>
        KeysAddress.Parse(Host + KeyLinks.List + query).ShouldBe(new KeysAddress { Status = KeyStatus.Active });

    [Fact]
    public void Parse_VeryLongSearch_IsCut() =>
        KeysAddress.Parse(Host + KeyLinks.List + "?search=" + new string('a', 5000)).Search!.Length.ShouldBe(KeysAddress.MaxSearchLength);

    [Fact]
    public void SortedBy_TheSameColumn_TurnsRound()
    {
        var byName = new KeysAddress { Page = 4 }.SortedBy(KeySort.Name);

        byName.ShouldBe(new KeysAddress { Sort = KeySort.Name, Descending = false });
        byName.SortedBy(KeySort.Name).Descending.ShouldBeTrue();
    }
}
