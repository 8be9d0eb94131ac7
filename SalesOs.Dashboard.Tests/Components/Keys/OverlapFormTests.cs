using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.Keys.Rotate;

namespace SalesOs.Dashboard.Tests.Components.Keys;

public class OverlapFormTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    public static TheoryData<RotationOverlap> Overlaps =>
    [
        RotationOverlap.ByHand,
        new RotationOverlap { Until = Now.AddDays(3) },
        new RotationOverlap { QuietCycles = 5 },
        new RotationOverlap { QuietCycles = 1, Latest = Now.AddDays(7) },
        new RotationOverlap { QuietCycles = 2, Latest = Now.AddDays(30) },
    ];

    [Theory]
    [MemberData(nameof(Overlaps))]
    public void Form_OfAnOverlap_GivesItBack(RotationOverlap overlap)
    {
        foreach (var zone in (string[])["UTC", "America/Sao_Paulo", "Asia/Kolkata"])
        {
            var reader = TimeZoneInfo.FindSystemTimeZoneById(zone);
            OverlapForm.Of(overlap, Now, reader).ToOverlap(Now, reader).ShouldBe(overlap);
        }
    }

    [Fact]
    public void Form_WhoseLatestHasComeNearer_OffersTheNextThatIsNotSooner() =>
        OverlapForm.Of(new RotationOverlap { QuietCycles = 1, Latest = Now.AddDays(9) }, Now, TimeZoneInfo.Utc).LatestDays.ShouldBe(14);
}
