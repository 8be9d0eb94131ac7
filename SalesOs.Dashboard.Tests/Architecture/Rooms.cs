namespace SalesOs.Dashboard.Tests.Architecture;

/// <summary>The plan of the house: which room stands on which floor, and so which may be seen from where.</summary>
public static class Rooms
{
    private static readonly string[][] Floors =
    [
        ["Access", "Answers", "Signing", "Persistence"],
        ["Audit", "Cluster"],
        ["ApiKeys", "Sales", "SignIn"],
        ["Notices"],
        ["Usage"],
        ["Gate", "Reviews"],
        ["Components", "Api", "Integration"],
        ["Hosting"],
    ];

    /// <summary>Room names as alternatives of a regular expression.</summary>
    public static string Alternatives { get; } = string.Join('|', Floors.SelectMany(floor => floor));

    public static bool Has(string room) => FloorOf(room) >= 0;

    /// <summary>Whether sources of <paramref name="from"/> (null: the program's entry, above the rooms) may name <paramref name="to"/>.</summary>
    public static bool MaySee(string? from, string to) =>
        from == to || (from is null ? to is "Hosting" or "Persistence" : FloorOf(to) < FloorOf(from));

    private static int FloorOf(string room) => Array.FindIndex(Floors, floor => floor.Contains(room));
}
