namespace SalesOs.Dashboard.Tests.Architecture;

public class ComponentReferenceTests
{
    [Theory]
    [InlineData("Kit", "using SalesOs.Dashboard.Components.Keys;")]
    [InlineData("Language", "using SalesOs.Dashboard.Components.Kit;")]
    [InlineData("Frame", "using SalesOs.Dashboard.Components.Account;")]
    [InlineData("Keys", "using SalesOs.Dashboard.Components.Frame;")]
    [InlineData("Keys/Revoke", "using SalesOs.Dashboard.Components.KeyList.Bulk;")]
    [InlineData("KeyList", "using SalesOs.Dashboard.Components.KeyDetail;")]
    [InlineData("KeyDetail", "using static SalesOs.Dashboard.Components.KeyList.Sparkline;")]
    [InlineData("Reveal", "using Row = global::SalesOs.Dashboard.Components.KeyList.KeyRow;")]
    [InlineData("AuditLog", "using SalesOs . Dashboard . Components\n    . Account;")]
    [InlineData("KeyList", "using All = SalesOs.Dashboard.Components;")]
    [InlineData("KeyList", "using SalesOs.Dashboard.Components.Cellar;")]
    public void Using_UpwardOrSideways_IsFound(string folder, string line) => PlantedIn(folder, line, "").ShouldNotBeEmpty();

    [Theory]
    [InlineData("Kit", "SalesOs.Dashboard.Components.Keys.KeysTexts texts;")]
    [InlineData("Keys", "Components.KeyList.KeyRow row;")]
    [InlineData("Keys", "KeyList.KeyRow row;")]
    [InlineData("KeyList", "var page = typeof(KeyDetail.KeyPage);")]
    [InlineData("Frame", "Reveal.RevealHost host;")]
    [InlineData("Frame", "MainLayout layout;")]
    [InlineData("Kit", "var setup = typeof(ComponentsSetup);")]
    public void Name_UpwardOrSideways_IsFound(string folder, string line) => PlantedIn(folder, "", line).ShouldNotBeEmpty();

    [Theory]
    [InlineData("Components/_Imports.razor", "@using SalesOs.Dashboard.Components.Keys")]
    [InlineData("Components/Frame/_Imports.razor", "@using SalesOs.Dashboard.Components.Reveal")]
    [InlineData("Components/KeyList/KeyRow.razor", "@using SalesOs.Dashboard.Components.KeyDetail")]
    [InlineData("Components/KeyList/KeyRow.razor", "@inject SalesOs.Dashboard.Components.KeyDetail.KeyScreens Screens")]
    [InlineData("Components/Frame/TopBar.razor", "<RevealHost CurrentUser=\"CurrentUser\" />")]
    [InlineData("Components/Frame/TopBar.razor", "<p></p>\n<SalesOs.Dashboard.Components.Reveal.RevealHost />")]
    [InlineData("Components/Keys/Expiry.razor", "<KeyTable Keys=\"keys\"></KeyTable>")]
    [InlineData("Components/KeyDetail/KeyPage.razor", "<KeyFilters Address=\"Address\" />")]
    [InlineData("Components/KeyList/KeysPage.razor", "@inject KeyScreens Screens")]
    [InlineData("Components/KeyList/KeysPage.razor", "@inject Words<KeyTexts> Words")]
    [InlineData("Components/Kit/Field.razor", "@layout MainLayout")]
    [InlineData("Components/Kit/Field.razor", "@inherits LiveKeys")]
    [InlineData("Components/Language/When.razor", "<Field Id=\"when\" />")]
    [InlineData("Components/Keys/Expiry.razor", "<p>@(typeof(KeyTable).Name)</p>")]
    [InlineData("Components/Keys/Expiry.razor", "<p>@KeyList.Sparkline.Draw(null)</p>")]
    [InlineData("Components/Cellar/Wine.razor", "<p>red</p>")]
    public void Razor_ThatLooksUpwardOrSideways_IsFound(string path, string text) => Planted.In(path, text).ShouldNotBeEmpty();

    [Theory]
    [InlineData("Components/Frame/Words.cs", "namespace SalesOs.Dashboard.Components; class Words;")]
    [InlineData("Components/KeyList/Words.cs", "namespace SalesOs.Dashboard.Components.Keys; class Words;")]
    [InlineData("Components/Kit/Words.cs", "namespace SalesOs.Dashboard.Components.KeyList; class Words;")]
    public void Namespace_OfAnotherFolder_IsFound(string path, string text) => Planted.In(path, text).ShouldNotBeEmpty();

    [Theory]
    [InlineData("KeyList", "using SalesOs.Dashboard.Components.Keys.Revoke;", "KeyRow row;")]
    [InlineData("KeyDetail", "using SalesOs.Dashboard.Components.Kit;\nusing Microsoft.AspNetCore.Components.Routing;", "")]
    [InlineData("Account", "using SalesOs.Dashboard.Components.Frame;", "var page = request.Reveal; // KeyList.KeyRow")]
    [InlineData("Keys", "", "var text = \"KeyList.KeyRow\";")]
    public void Name_Downward_IsLeftAlone(string folder, string top, string line) => PlantedIn(folder, top, line).ShouldBeEmpty();

    [Theory]
    [InlineData("Components/_Imports.razor", "@using Microsoft.AspNetCore.Components.Web\n@using SalesOs.Dashboard.Components.Kit\n@using SalesOs.Dashboard.Components.Language")]
    [InlineData("Components/MainLayout.razor", "@using SalesOs.Dashboard.Components.Frame\n@using SalesOs.Dashboard.Components.Reveal\n<SideNavigation />\n<RevealHost />")]
    [InlineData("Components/KeyDetail/KeyPage.razor", "@* <KeyTable /> *@\n@inject Words<KeysTexts> KeysWords\n<StatusChip Key=\"key\" /><FirstRequest Key=\"key\" /><MudButton>Cancel</MudButton>")]
    public void Razor_ThatLooksDown_IsLeftAlone(string path, string text) => Planted.In(path, text).ShouldBeEmpty();

    [Fact]
    public void Violation_Found_NamesFileLineAndFolders() =>
        Planted.In("Components/Frame/TopBar.razor", "<header>\n<RevealHost />").ShouldHaveSingleItem().ToString().ShouldBe("SalesOs.Dashboard/Components/Frame/TopBar.razor:2: Frame looks at RevealHost of Reveal");

    private static IReadOnlyList<Violation> PlantedIn(string folder, string top, string line) => Planted.In(
        $"Components/{folder}/Planted.cs",
        $"{top}\n\nnamespace SalesOs.Dashboard.Components.{folder.Replace('/', '.')};\n\npublic class Planted\n{{\n    void Do()\n    {{\n        {line}\n    }}\n}}\n");
}
