namespace SalesOs.Dashboard.Tests.Architecture;

/// <summary>Sources made up to break a rule, or to look as if they did.</summary>
public static class Planted
{
    /// <summary>What the rules say to a file of the program with this text.</summary>
    public static IReadOnlyList<Violation> In(string path, string text) => HouseRules.Check([new SourceFile("SalesOs.Dashboard/" + path, text)]);

    /// <summary>A well-made source of ApiKeys with <paramref name="line"/> inside a method.</summary>
    public static IReadOnlyList<Violation> InBody(string line, string room = "ApiKeys") =>
        In($"{room}/Key.cs", $"namespace SalesOs.Dashboard.{room};\n\npublic class Key\n{{\n    void Do()\n    {{\n        {line}\n    }}\n}}\n");

    /// <summary>A well-made source of ApiKeys with <paramref name="line"/> on top.</summary>
    public static IReadOnlyList<Violation> OnTop(string line, string room = "ApiKeys") =>
        In($"{room}/Key.cs", $"{line}\n\nnamespace SalesOs.Dashboard.{room};\n\npublic class Key;\n");
}
