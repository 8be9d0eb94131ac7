namespace SalesOs.Dashboard.Components.Keys.Samples;

/// <summary>
/// What each sample is filled with. Every sample signs <c>GET /v1/whoami</c> by P2S-SIGN-V1 with what its language brings, sends it and ends with an error unless it is let in.
/// The secret is read from the environment, so that it lands neither in a file that is shared nor in the shell's history. A test runs each as the page shows it.
/// </summary>
/// <param name="ApiKey">Without quotes or backslashes, as all keys are.</param>
/// <param name="BaseAddress">The address that programs call, without a slash at the end.</param>
/// <param name="TargetNote">A comment, in the reader's language: the target is signed exactly as it is sent.</param>
/// <param name="SetFirst">What to do where the secret is not set, without quotes, apostrophes and braces.</param>
public sealed record SampleText(string ApiKey, string BaseAddress, string TargetNote, string SetFirst);

/// <summary>A sample's language.</summary>
/// <param name="Id">In element ids.</param>
/// <param name="Name">As the language calls itself.</param>
/// <param name="File">The name to save it under.</param>
/// <param name="Run">The command that runs it where it was saved.</param>
public sealed record Sample(string Id, string Name, string File, string Run, Func<SampleText, string> Write)
{
    public static readonly IReadOnlyList<Sample> All =
    [
        new("bash", "cURL", "whoami.sh", "bash whoami.sh", BashSample.Of),
        new("node", "Node.js", "whoami.mjs", "node whoami.mjs", NodeSample.Of),
        new("python", "Python", "whoami.py", "python3 whoami.py", PythonSample.Of),
        new("csharp", "C#", "whoami.cs", "dotnet run whoami.cs", CSharpSample.Of),
        new("php", "PHP", "whoami.php", "php whoami.php", PhpSample.Of),
    ];

    /// <summary>The program with line feeds at the ends of its lines.</summary>
    public string For(SampleText text) => Write(text).ReplaceLineEndings("\n");
}
