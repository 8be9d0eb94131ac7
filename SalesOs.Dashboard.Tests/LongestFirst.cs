using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(SalesOs.Dashboard.Tests.LongestFirst))]

namespace SalesOs.Dashboard.Tests;

/// <summary>The classes that take minutes begin first: begun last, one would run on alone while the other core has nothing to do.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] Long =
    [
        nameof(Browser.TourTests),
        nameof(Browser.TroublesTourTests),
        nameof(Browser.ForeignSignInTests),
        nameof(Browser.KeyPageTests),
        nameof(Browser.RestartTests),
        nameof(Faults.KilledProgramTests),
        nameof(Faults.StoppedUnderLoadTests),
        nameof(Api.CanaryHuntTests),
        nameof(ApiKeys.TwoTenantsModelTests),
    ];

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderByDescending(collection => Long.Any(name => collection.TestCollectionDisplayName.Contains($".{name} ", StringComparison.Ordinal)))];
}
