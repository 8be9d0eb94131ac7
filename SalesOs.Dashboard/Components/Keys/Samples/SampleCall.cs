using System.Text.RegularExpressions;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.Kit;

namespace SalesOs.Dashboard.Components.Keys.Samples;

/// <summary>A call that samples make, read from a file in <c>Calls</c>: method and target, the scope that it needs, and the body after an empty line.</summary>
/// <param name="Id">The name of its file, and of the files that samples are saved under.</param>
/// <param name="Target">With its query; up to the id where it names one.</param>
/// <param name="IdVariable">The environment variable that the id in the target comes from.</param>
/// <param name="AfterId">What follows the id in the target.</param>
/// <param name="Scope">Null: no scope is needed.</param>
/// <param name="Body">JSON as people write it.</param>
public sealed partial record SampleCall(string Id, string Method, string Target, string? IdVariable, string AfterId, string? Scope, string? Body)
{
    /// <summary>The calls of the integration API, which a key opens.</summary>
    public static readonly IReadOnlyList<SampleCall> Signed =
        [Read("whoami"), Read("sync_collaborators"), Read("sync_activities"), Read("list_leads"), Read("read_lead"), Read("create_lead"), Read("update_lead")];

    /// <summary>The calls of the management API.</summary>
    public static readonly IReadOnlyList<SampleCall> Managing = [Read("create_key"), Read("list_keys"), Read("revoke_key"), Read("rotate_key"), Read("delete_key")];

    /// <summary>The signed calls that a key with these scopes opens; none at all means no restriction.</summary>
    public static IReadOnlyList<SampleCall> OpenTo(IReadOnlyList<string> scopes) =>
        [.. Signed.Where(call => call.Scope is null || scopes.Count == 0 || scopes.Contains(call.Scope, StringComparer.Ordinal))];

    private static SampleCall Read(string id)
    {
        var text = EmbeddedText.Read($"samples/calls/{id}.http");
        var parts = Form().Match(text);
        if (!parts.Success || (parts.Groups["scope"] is { Success: true, Value: var named } && !Scopes.All.Contains(named, StringComparer.Ordinal)))
        {
            throw new FormatException($"{id}.http is not a call.");
        }

        return new SampleCall(id, parts.Groups["method"].Value, parts.Groups["target"].Value, Said("id"), parts.Groups["after"].Value, Said("scope"), Said("body"));

        string? Said(string group) => parts.Groups[group] is { Success: true, Value: var value } ? value : null;
    }

    [GeneratedRegex(
        @"\A(?<method>[A-Z]+) (?<target>[^\s{]+)(\{(?<id>[A-Z_]+)\}(?<after>\S*))?(\nScope: (?<scope>\S+))?(\n\n(?<body>[\s\S]+))?\z",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Form();
}
