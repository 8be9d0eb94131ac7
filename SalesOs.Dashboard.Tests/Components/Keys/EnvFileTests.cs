using SalesOs.Dashboard.Components.Keys.Samples;

namespace SalesOs.Dashboard.Tests.Components.Keys;

public class EnvFileTests
{
    [Theory]
    [InlineData("CRM sync", "crm-sync.env")]
    [InlineData("CRM · sincronização de leads", "crm-sincronizacao-de-leads.env")]
    [InlineData("../../etc/passwd", "etc-passwd.env")]
    [InlineData("會計 2026", "會計-2026.env")]
    [InlineData("***", "salesos.env")]
    public void NameFor_AKey_IsAPlainFileNameAfterIt(string key, string file) => EnvFile.NameFor(key).ShouldBe(file);

    [Fact]
    public void NameFor_ALongName_IsCut() => EnvFile.NameFor(new string('a', 100)).ShouldBe(new string('a', 60) + ".env");
}
