namespace SalesOs.Dashboard.Tests.Architecture;

public class HouseTests
{
    private static readonly IReadOnlyList<SourceFile> Sources = Repository.Read();

    [Fact]
    public void House_AsItStands_KeepsItsRules() => HouseRules.Check(Sources).ShouldBeEmpty();

    // A checker that reads the wrong folder finds nothing wrong.
    [Theory]
    [InlineData("SalesOs.Dashboard/Program.cs")]
    [InlineData("SalesOs.Dashboard/SalesOs.Dashboard.csproj")]
    [InlineData("SalesOs.Dashboard/Signing/SignatureChain.cs")]
    [InlineData("SalesOs.Dashboard/Hosting/DashboardHost.cs")]
    [InlineData("SalesOs.Dashboard.Tests/Architecture/HouseTests.cs")]
    [InlineData("Directory.Build.props")]
    public void Repository_Read_HoldsWhatIsKnownToBeThere(string path) => Sources.ShouldContain(file => file.Path == path);

    [Fact]
    public void Repository_Read_LeavesOutWhatToolsWrite() =>
        Sources.ShouldAllBe(file => !file.Path.Contains("/obj/") && !file.Path.Contains("/bin/") && !file.Path.Contains("/Migrations/"));

    [Theory]
    [InlineData("Hosting", "Components", true)]
    [InlineData("Components", "Gate", true)]
    [InlineData("Gate", "Usage", true)]
    [InlineData("Usage", "ApiKeys", true)]
    [InlineData("ApiKeys", "Audit", true)]
    [InlineData("Audit", "Persistence", true)]
    [InlineData("Sales", "Sales", true)]
    [InlineData(null, "Hosting", true)]
    [InlineData(null, "Persistence", true)]
    [InlineData(null, "ApiKeys", false)]
    [InlineData("ApiKeys", "Sales", false)]
    [InlineData("Api", "Components", false)]
    [InlineData("Answers", "Access", false)]
    [InlineData("Persistence", "Audit", false)]
    [InlineData("Usage", "Gate", false)]
    public void Room_LookingAtAnother_SeesOnlyDownward(string? from, string to, bool may) => Rooms.MaySee(from, to).ShouldBe(may);

    [Theory]
    [InlineData(null, "KeyList", true)]
    [InlineData("KeyList", "Keys", true)]
    [InlineData("KeyDetail", "Kit", true)]
    [InlineData("Account", "Frame", true)]
    [InlineData("Kit", "Language", true)]
    [InlineData("Keys", "Keys", true)]
    [InlineData("KeyList", "KeyDetail", false)]
    [InlineData("Reveal", "KeyList", false)]
    [InlineData("Keys", "Frame", false)]
    [InlineData("Frame", "Reveal", false)]
    [InlineData("Frame", "Account", false)]
    [InlineData("Language", "Kit", false)]
    [InlineData("Kit", null, false)]
    public void FolderOfComponents_LookingAtAnother_SeesOnlyDownward(string? from, string? to, bool may) => ComponentFloors.MaySee(from, to).ShouldBe(may);
}
