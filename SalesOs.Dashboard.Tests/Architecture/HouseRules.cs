namespace SalesOs.Dashboard.Tests.Architecture;

/// <summary>All rules that a reader of sources can hold the house to.</summary>
public static class HouseRules
{
    public static IReadOnlyList<Violation> Check(IEnumerable<SourceFile> files) =>
    [
        .. files.SelectMany(file => RoomReferences.Of(file).Concat(ComponentReferences.Of(file))
            .Concat(HouseNames.Of(file)).Concat(RoomNevers.Of(file)).Concat(ClockCalls.Of(file)).Concat(BackgroundLoops.Of(file)).Concat(UnsafeCode.Of(file)).Concat(ProviderNames.Of(file))).Distinct(),
    ];
}
