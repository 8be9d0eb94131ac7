using CsCheck;
using SalesOs.Dashboard.ApiKeys;

namespace SalesOs.Dashboard.Tests.ApiKeys;

public class KeyRotationTests
{
    private static readonly DateTimeOffset Made = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Renewed_OverLivesAndClocks_IsTheSameLifeFromNowOnAndNeverEndsBeforeTheKey() =>
        Gen.Select(Gen.Long[1, 3650L * 86_400_000], Gen.Long[-86_400_000, 4000L * 86_400_000]).Sample((life, age) =>
        {
            var (end, now) = (Made.AddMilliseconds(life), Made.AddMilliseconds(age));
            if (now >= end)
            {
                return;
            }

            var renewed = KeyRotation.Renewed(Made, end, now).ShouldNotBeNull();

            renewed.ShouldBeGreaterThanOrEqualTo(end);
            // A clock that was set back behind the key's making takes nothing from the successor.
            renewed.ShouldBe(age < 0 ? end : now.AddMilliseconds(life));
        });

    [Fact]
    public void Renewed_OfALifeThatEditsMadeLongerThanAllowed_IsTheLongestThatIs()
    {
        var now = Made.AddDays(3000);

        KeyRotation.Renewed(Made, now.AddDays(3000), now).ShouldBe(now.AddDays(3650));
    }

    [Fact]
    public void Renewed_OfAKeyThatNeverExpires_IsNone() => KeyRotation.Renewed(Made, expiresAt: null, Made.AddDays(1)).ShouldBeNull();

    [Fact]
    public async Task Rotation_OfARotatedKey_LivesAsLongEachTime()
    {
        await using var house = await KeyHouse.OpenAsync();
        var key = (await house.MakeAsync(new NewKey("CRM", ExpiresInDays: 90))).Key;
        for (var i = 0; i < 3; i++)
        {
            house.Clock.Advance(TimeSpan.FromDays(89.9));
            key = (await house.Keys.RotateAsync(key.Id, KeyHouse.Admin())).Value!.Key;

            key.ExpiresAt.ShouldBe(house.Clock.GetUtcNow().AddDays(90));
        }
    }
}
