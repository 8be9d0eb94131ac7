namespace SalesOs.Dashboard.Tests.Architecture;

public class RoomReferenceTests
{
    [Theory]
    [InlineData("using SalesOs.Dashboard.Components;")]
    [InlineData("using SalesOs.Dashboard.Components.Keys;")]
    [InlineData("using global::SalesOs.Dashboard.Components;")]
    [InlineData("using static SalesOs.Dashboard.Components.Words;")]
    [InlineData("using Page = SalesOs.Dashboard.Components.KeyPage;")]
    [InlineData("using C = SalesOs.Dashboard.Components;")]
    [InlineData("using SalesOs . Dashboard\n    . Components;")]
    [InlineData("using SalesOs.Dashboard./* a lift */Components;")]
    [InlineData("using SalesOs.@Dashboard.@Components;")]
    [InlineData("using SalesOs.Dashboard.\\u0043omponents;")]
    [InlineData("using Root = SalesOs.Dashboard;")]
    [InlineData("using Root = global::SalesOs;")]
    [InlineData("global using SalesOs.Dashboard.Access;")]
    [InlineData("using SalesOs.Dashboard.Sales;")]
    [InlineData("using SalesOs.Dashboard.Cellar;")]
    public void Using_NotDownward_IsFound(string line) => Planted.OnTop(line).ShouldNotBeEmpty();

    [Theory]
    [InlineData("SalesOs.Dashboard.Components.KeyPage page;")]
    [InlineData("global::SalesOs.Dashboard.Gate.SignedCall call;")]
    [InlineData("Components.KeyPage page;")]
    [InlineData("Components . KeyPage page;")]
    [InlineData("@Components.KeyPage page;")]
    [InlineData("var page = new Components.KeyPage();")]
    [InlineData("var page = new List<Components.KeyPage>();")]
    [InlineData("var page = typeof(Components.Keys.KeyPage);")]
    [InlineData("Dashboard.Components.KeyPage page;")]
    [InlineData("if (call is Gate.SignedCall) { }")]
    [InlineData("var text = $\"{Components.KeyPage.Title}\";")]
    [InlineData("var text = $@\"say \"\"{Components.KeyPage.Title}\"\" {{ }}\";")]
    [InlineData("var text = $$\"\"\"{ {{Components.KeyPage.Title}} }\"\"\";")]
    [InlineData("var quote = '\"'; Components.KeyPage page; var other = '\"';")]
    [InlineData("var path = @\"C:\\\"; Components.KeyPage page; var text = \"\";")]
    [InlineData("/* \" */ Components.KeyPage page; /* \" */")]
    public void Name_NotDownward_IsFound(string line) => Planted.InBody(line).ShouldNotBeEmpty();

    [Theory]
    [InlineData("namespace SalesOs.Dashboard.ApiKeys;\nusing Components;\nclass Key;")]
    [InlineData("namespace SalesOs.Dashboard.ApiKeys;\nusing static Components.Words;\nclass Key;")]
    [InlineData("namespace SalesOs.Dashboard.ApiKeys;\nusing C = Components;\nclass Key;")]
    [InlineData("namespace SalesOs.Dashboard.ApiKeys;\nusing Dashboard.Components;\nclass Key;")]
    [InlineData("namespace SalesOs.Dashboard.Components;\nclass Key;")]
    [InlineData("namespace SalesOs.Dashboard.Access;\nclass Key;")]
    [InlineData("namespace SalesOs.Dashboard;\nclass Key;")]
    [InlineData("namespace SalesOs.Dashboard.ApiKeysElsewhere;\nclass Key;")]
    [InlineData("namespace SalesOs.Dashboard.ApiKeys { class Key; }\nnamespace Elsewhere { class Key; }")]
    [InlineData("namespace SalesOs { namespace Dashboard { namespace Components { class Key; } } }")]
    [InlineData("class Key;")]
    public void Namespace_ThatOpensAnotherRoom_IsFound(string text) => Planted.In("ApiKeys/Key.cs", text).ShouldNotBeEmpty();

    [Theory]
    [InlineData("Components/_Imports.razor", "@using SalesOs.Dashboard.Api")]
    [InlineData("Components/_Imports.razor", "@using static SalesOs.Dashboard.Integration.Leads")]
    [InlineData("Components/Keys/KeyPage.razor", "@inject SalesOs.Dashboard.Hosting.Health Health")]
    [InlineData("Components/Keys/KeyPage.razor", "@inject Hosting.Health Health")]
    [InlineData("Components/Keys/KeyPage.razor", "<p>@Hosting.Health.Now</p>")]
    [InlineData("Components/Keys/KeyPage.razor", "<MudText Title=\"@(Api.Routes.Root)\" />")]
    [InlineData("Components/Keys/KeyPage.razor", "@namespace SalesOs.Dashboard.Access")]
    [InlineData("Components/Keys/KeyPage.razor", "@inherits Hosting.Page")]
    [InlineData("ApiKeys/Reveal.razor", "@inject Usage.Counters Counters")]
    [InlineData("_Imports.razor", "@using SalesOs.Dashboard.Access")]
    [InlineData("Words.cs", "namespace SalesOs.Dashboard; class Words;")]
    [InlineData("Cellar/Wine.cs", "namespace SalesOs.Dashboard.Cellar; class Wine;")]
    [InlineData("Program.cs", "using SalesOs.Dashboard.ApiKeys;")]
    public void File_ThatLooksWhereItMayNot_IsFound(string path, string text) => Planted.In(path, text).ShouldNotBeEmpty();

    [Theory]
    [InlineData("SalesOs.Dashboard/SalesOs.Dashboard.csproj")]
    [InlineData("Directory.Build.props")]
    public void BuildFile_WithAGlobalUsingOfARoom_IsFound(string path) =>
        HouseRules.Check([new SourceFile(path, "<Project><ItemGroup><Using Include=\"SalesOs.Dashboard.Components\" /></ItemGroup></Project>")]).ShouldNotBeEmpty();

    [Theory]
    [InlineData("using SalesOs.Dashboard.Audit;")]
    [InlineData("using SalesOs.Dashboard.Persistence;")]
    [InlineData("using Microsoft.AspNetCore.DataProtection;")]
    [InlineData("// see SalesOs.Dashboard.Components")]
    [InlineData("/* SalesOs.Dashboard.Components\n   Components.KeyPage */")]
    [InlineData("#pragma warning disable CS0000 // Components.KeyPage isn't used")]
    public void Using_Downward_IsLeftAlone(string line) => Planted.OnTop(line).ShouldBeEmpty();

    [Theory]
    [InlineData("Audit.Entry entry;")]
    [InlineData("ApiKeys.Key key;")]
    [InlineData("var text = \"Components.KeyPage\";")]
    [InlineData("var text = @\"a \"\" Components.KeyPage\";")]
    [InlineData("var text = \"\"\"\n  \"Components.KeyPage\"\n  \"\"\";")]
    [InlineData("var text = $\"Components.KeyPage {1} {{Components.KeyPage}}\";")]
    [InlineData("builder.Components.Add(1);")]
    [InlineData("var components = request.Components;")]
    [InlineData("Capability.Usage.ToString();")]
    [InlineData("var quote = '\\''; var text = \"Components.KeyPage\";")]
    public void Name_Downward_IsLeftAlone(string line) => Planted.InBody(line).ShouldBeEmpty();

    [Theory]
    [InlineData("Components/_Imports.razor", "@using Microsoft.AspNetCore.Components.Web\n@using SalesOs.Dashboard.Access\n@using SalesOs.Dashboard.Components.Kit")]
    [InlineData("Components/Keys/KeyPage.razor", "@* Hosting.Health *@\n<!-- Api.Routes -->\n<h1>API keys</h1>\n@code {\n    // Api.Routes\n}")]
    [InlineData("Components/App.razor", "<link rel=\"stylesheet\" href=\"@Assets[\"SalesOs.Dashboard.styles.css\"]\" />")]
    [InlineData("Program.cs", "using SalesOs.Dashboard.Hosting;\nusing SalesOs.Dashboard.Persistence;\n")]
    public void File_ThatLooksDown_IsLeftAlone(string path, string text) => Planted.In(path, text).ShouldBeEmpty();

    [Fact]
    public void Violation_Found_NamesFileLineAndRooms()
    {
        var found = Planted.OnTop("using System;\nusing SalesOs.Dashboard.Components;").ShouldHaveSingleItem();
        found.ToString().ShouldBe("SalesOs.Dashboard/ApiKeys/Key.cs:2: ApiKeys looks at Components");
    }
}
