using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using SalesOs.Dashboard.Access;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.Audit;
using SalesOs.Dashboard.Persistence;
using SalesOs.Dashboard.Signing;
using Database = SalesOs.Dashboard.Persistence.Database;

namespace SalesOs.Dashboard.ApiKeys;

/// <summary>
/// Finds the keys that leaked secrets belong to, for people who may see keys (<c>admin.integrations</c> or <c>audit.integrations</c>): k1 is made of the secret and each key
/// of the tenant, and compared. Of a secret nothing is kept or logged; that one was looked up is an entry of the audit log, written before the answer.
/// </summary>
public sealed partial class LeakedSecretQuery(Database database, KeyRing ring, KeyOverview overview, AuditLog audit, TimeProvider clock)
{
    /// <summary>Secrets that are looked up at once.</summary>
    public const int MostSecrets = 10;

    /// <summary>Characters of a text that is looked through.</summary>
    public const int MaxTextLength = 65_536;

    /// <summary>The keys that are named in a text, and those whose secrets stand in it, also without their prefix. <c>Invalid</c> with more than <see cref="MostSecrets"/> of these.</summary>
    public async Task<Result<FoundInText>> FindInAsync(string text, Caller caller, CancellationToken cancellationToken = default)
    {
        if (!caller.CanSeeKeys)
        {
            return Error.Missing(Capabilities.AuditIntegrations);
        }

        var named = ApiKey().Matches(text).Select(match => match.Value).Where(key => CredentialFormat.IsApiKey(key)).Distinct(StringComparer.Ordinal).ToList();
        var secrets = SecretsIn(text);
        if (secrets.Count > MostSecrets)
        {
            return Error.Invalid([new RuleFault("text", "secrets_too_many", MostSecrets.ToString(CultureInfo.InvariantCulture))]);
        }

        var byKey = await overview.FindAsync(named, caller, cancellationToken);
        if (!byKey.Done)
        {
            return byKey.Error;
        }

        var bySecret = secrets.Count == 0 ? new FoundBySecret([], 0) : await FindAsync(secrets, caller, cancellationToken);
        return bySecret.Then(found => new FoundInText([.. byKey.Value.Select(f => f.Key)], named.Count - byKey.Value.Count, found));
    }

    /// <summary>The keys whose secrets these are. One of another tenant is found no more than one that never was, and takes as long.</summary>
    /// <param name="secrets">At most <see cref="MostSecrets"/>; what is no secret is left out.</param>
    public async Task<Result<FoundBySecret>> FindAsync(IReadOnlyCollection<string> secrets, Caller caller, CancellationToken cancellationToken = default)
    {
        if (!caller.CanSeeKeys)
        {
            return Error.Missing(Capabilities.AuditIntegrations);
        }

        var asked = secrets.Where(secret => CredentialFormat.IsSecret(secret)).Distinct(StringComparer.Ordinal).Take(MostSecrets).ToList();
        var found = await Task.Run(() => asked.ConvertAll(secret => ring.FindBySecret(secret, caller.TenantId)), cancellationToken);
        await database.WriteAsync(
            caller.TenantId,
            async db =>
            {
                foreach (var key in found)
                {
                    await audit.AppendAsync(db, new AuditEvent(AuditActions.SecretLookedUp, key?.Id, key is null ? null : new JsonObject { ["name"] = key.Name }), caller);
                }

                return true;
            },
            cancellationToken: cancellationToken);
        var ids = found.OfType<RingKey>().Select(key => key.Id).Distinct().ToList();
        var now = clock.GetUtcNow();
        await using var db = database.Read(caller.TenantId);
        var rows = await db.Set<ApiKey>().Where(k => ids.Contains(k.Id)).OrderBy(k => k.Id).WithPeople(db).ToListAsync(cancellationToken);
        return new FoundBySecret([.. rows.Select(row => row.ToView(now))], found.Count(key => key is null));
    }

    /// <summary>Whole secrets, each once; one whose beginning was left out gets it back.</summary>
    private static List<string> SecretsIn(string text)
    {
        var secrets = new HashSet<string>(StringComparer.Ordinal);
        foreach (Match run in Run().Matches(text))
        {
            for (var from = 0; from + BareLength <= run.Length && from < MaxOffset; from++)
            {
                var bare = run.Value.Substring(from, BareLength);
                if (Prefixes.Select(prefix => prefix + bare).FirstOrDefault(secret => CredentialFormat.IsSecret(secret)) is { } secret)
                {
                    secrets.Add(secret);
                    break;
                }
            }
        }

        return [.. secrets];
    }

    private const int MaxOffset = 200;

    private static readonly string[] Prefixes = ["salesos_secret_live_", "salesos_secret_test_"];

    private static readonly int BareLength = CredentialFormat.SecretLength - Prefixes[0].Length;

    [GeneratedRegex("sk_(live|test)_[0-9a-z]{32}", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ApiKey();

    [GeneratedRegex("[0-9A-Za-z]{49,}", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Run();
}

/// <param name="Keys">Those that the secrets belong to.</param>
/// <param name="Unknown">Secrets that belong to none of the tenant's keys, or to one that was deleted.</param>
public sealed record FoundBySecret(IReadOnlyList<ApiKeyView> Keys, int Unknown);

/// <param name="Named">Keys that the text names.</param>
/// <param name="UnknownNames">API keys in it that are none of the tenant's, or were deleted.</param>
public sealed record FoundInText(IReadOnlyList<ApiKeyView> Named, int UnknownNames, FoundBySecret BySecret);
