namespace SalesOs.Dashboard.Tests.Architecture;

/// <summary>The plan inside Components: which folder stands on which floor. What lies in no folder (the document, the routes, the layout, the setup) stands above them all.</summary>
public static class ComponentFloors
{
    private static readonly string[][] Floors =
    [
        ["Language"],
        ["Kit"],
        ["Frame", "Admission", "Keys"],
        ["Account", "KeyList", "KeyDetail", "Reveal", "AuditLog", "Notices", "Guide", "Sandbox", "Policies", "Approvals", "Reviews"],
    ];

    /// <summary>Folder names as alternatives of a regular expression.</summary>
    public static string Alternatives { get; } = string.Join('|', Floors.SelectMany(floor => floor));

    public static bool Has(string folder) => FloorOf(folder) >= 0;

    /// <summary>Whether sources of one folder may name those of another; null: what lies in no folder.</summary>
    public static bool MaySee(string? from, string? to) =>
        from == to || from is null || (to is not null && Has(to) && FloorOf(to) < FloorOf(from));

    private static int FloorOf(string folder) => Array.FindIndex(Floors, floor => floor.Contains(folder));
}
