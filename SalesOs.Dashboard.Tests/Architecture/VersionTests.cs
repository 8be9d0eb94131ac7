using System.Xml.Linq;
using SalesOs.Dashboard.Components.Frame;

namespace SalesOs.Dashboard.Tests.Architecture;

/// <summary>The version is said in <c>Directory.Build.props</c>; what cannot read it there repeats it and is compared here.</summary>
public class VersionTests
{
    private static readonly string Version =
        XDocument.Load(Path.Combine(Repository.Top, "Directory.Build.props")).Descendants("Version").ShouldHaveSingleItem().Value;

    [Fact]
    public void Program_Built_TellsTheVersion() => ProductVersion.Text.ShouldBe(Version);

    [Fact]
    public void Image_InItsLabel_TellsTheVersion() => Read("Dockerfile").ShouldContain($"org.opencontainers.image.version=\"{Version}\"");

    [Fact]
    public void Changelog_InItsLatestRelease_TellsTheVersion() =>
        Read("CHANGELOG.md").Split('\n').First(line => line.StartsWith("## [", StringComparison.Ordinal) && line != "## [Unreleased]").ShouldStartWith($"## [{Version}] - ");

    [Fact]
    public void PreviousRelease_IsNamedByItsWholeCommit() =>
        XDocument.Load(Path.Combine(Repository.Top, "Directory.Build.props")).Descendants("PreviousRelease").ShouldHaveSingleItem().Value.ShouldMatch("^[0-9a-f]{40}$");

    private static string Read(string file) => File.ReadAllText(Path.Combine(Repository.Top, file));
}
