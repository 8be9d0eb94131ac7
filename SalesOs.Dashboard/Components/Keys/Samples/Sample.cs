using SalesOs.Dashboard.Components.Kit;

namespace SalesOs.Dashboard.Components.Keys.Samples;

/// <summary>A way to write a sample: a language, or for the management API a tool and a credential. Its text is a template in <c>Programs</c>.</summary>
/// <param name="Id">In element ids, and the name of its template.</param>
/// <param name="Name">As the language calls itself.</param>
/// <param name="Extension">Of the file to save it in.</param>
/// <param name="Command">What runs that file.</param>
/// <param name="Highlight">As Markdown names the language.</param>
public sealed record Sample(string Id, string Name, string Extension, string Command, string Highlight)
{
    /// <summary>Programs that sign with what their language brings. Each ends with an error unless the call is answered with 2xx.</summary>
    public static readonly IReadOnlyList<Sample> Signed =
    [
        // Bash 3 with OpenSSL and cURL, as macOS has them; Node.js from 18; Python from 3.8; one file of C#, as the .NET SDK runs it from version 10; PHP from 7.4.
        new("curl", "cURL", "sh", "bash", "bash"),
        new("node", "Node.js", "mjs", "node", "javascript"),
        new("python", "Python", "py", "python3", "python"),
        new("csharp", "C#", "cs", "dotnet run", "csharp"),
        new("php", "PHP", "php", "php", "php"),
    ];

    public static readonly IReadOnlyList<Sample> Managing =
    [
        new("manage-jwt", "cURL (JWT)", "sh", "bash", "bash"),
        new("manage-service", "cURL (service_role)", "sh", "bash", "bash"),
        new("manage-javascript", "JavaScript", "mjs", "node", "javascript"),
    ];

    private string Template { get; } = EmbeddedText.Read($"samples/programs/{Id}.txt");

    /// <summary>The name to save it under.</summary>
    public string File(SampleCall call) => $"{call.Id}.{Extension}";

    /// <summary>The command that runs it where it was saved.</summary>
    public string Run(SampleCall call) => $"{Command} {File(call)}";

    /// <summary>The program as it is to be saved, with line feeds between its lines.</summary>
    public string Text(SampleCall call, SampleValues values) => TextTemplate.Fill(Template, name => name switch
    {
        "method" => call.Method,
        "target" => call.Target,
        "id" => call.IdVariable,
        "afterId" => call.AfterId,
        "body" => call.Body,
        "setId" when call.IdVariable is { } variable => values.Words["SetId", ("variable", variable)],
        _ => values.ValueOf(name),
    });
}
