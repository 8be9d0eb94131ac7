using SalesOs.Dashboard.Components.Kit;

namespace SalesOs.Dashboard.Tests.Components.Kit;

public class TextTemplateTests
{
    [Theory]
    [InlineData("{{one}} and {{one}}", "1 and 1")]
    [InlineData("${{{one}}:?{{two words}}}", "${1:?2}")]
    [InlineData("{{if one}}yes {{one}}\n{{if none}}no {{none}}\nend", "yes 1\nend")]
    [InlineData("{{unless one}}no\n{{unless none}}yes\n", "yes\n")]
    [InlineData("a{{if one}}", "a{{if one}}")]
    [InlineData("{ one } {one}", "{ one } {one}")]
    public void Template_Filled_SaysWhatItsValuesSay(string template, string filled) =>
        TextTemplate.Fill(template, name => name switch { "one" => "1", "two words" => "2", "if one" => "{{if one}}", _ => null }).ShouldBe(filled);

    [Fact]
    public void Place_WithoutAValue_IsAFault() => Should.Throw<FormatException>(() => TextTemplate.Fill("{{none}}", _ => null)).Message.ShouldContain("{{none}}");

    [Fact]
    public void Value_ThatLooksLikeAPlace_IsLeftAlone() => TextTemplate.Fill("{{one}}", _ => "{{two}}").ShouldBe("{{two}}");
}
