using SalesOs.Dashboard.Hosting;

namespace SalesOs.Dashboard.Tests.Hosting;

/// <summary>How commands are told from settings; what they do is shown by <c>BackupTests</c>, <c>BackupOnPostgresTests</c> and <c>MoveTests</c>.</summary>
public sealed class CommandLineTests
{
    [Theory]
    [InlineData("backup")]
    [InlineData("restore")]
    [InlineData("restor", "x")]
    [InlineData("backup", "a", "b")]
    [InlineData("backup", "--Data:Directory=x")]
    public async Task Command_CalledWrongly_ShowsTheHelpAndExitsWith2(params string[] arguments)
    {
        var errors = new StringWriter();
        CommandLine.IsCommand(arguments).ShouldBeTrue();
        (await CommandLine.RunAsync(arguments, TextWriter.Null, errors)).ShouldBe(2);
        errors.ToString().ShouldContain("backup FILE");
    }

    [Fact]
    public async Task Help_IsShownAndExitsWith0()
    {
        var output = new StringWriter();
        (await CommandLine.RunAsync(["--help"], output, TextWriter.Null)).ShouldBe(0);
        output.ToString().ShouldContain("restore FILE");
        CommandLine.IsCommand(["--urls=http://localhost:1"]).ShouldBeFalse();
        CommandLine.IsCommand(["Demo=true"]).ShouldBeFalse();
        CommandLine.IsCommand([]).ShouldBeFalse();
    }
}
