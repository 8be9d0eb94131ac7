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

    [Theory]
    [InlineData("CRM sync")]
    [InlineData("會計 2026")]
    public async Task LoadCommand_InAShell_GivesBothValuesToTheProgramsItStarts(string key)
    {
        var folder = Directory.CreateTempSubdirectory("salesos-env-");
        try
        {
            var file = EnvFile.NameFor(key);
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, file), $"{EnvFile.KeyName}=sk_live_1\n{EnvFile.SecretName}=salesos_secret_live_2\n");
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "run.sh"), $"{EnvFile.LoadCommand(file)}\nbash -c 'echo ${EnvFile.KeyName} ${EnvFile.SecretName}'\n");
            var (exit, output, errors) = await SampleProcess.RunAsync(folder.FullName, "bash run.sh");

            exit.ShouldBe(0, errors);
            output.ShouldBe("sk_live_1 salesos_secret_live_2\n");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void NameFor_ALongName_IsCut() => EnvFile.NameFor(new string('a', 100)).ShouldBe(new string('a', 60) + ".env");
}
