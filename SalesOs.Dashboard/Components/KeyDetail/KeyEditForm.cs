using System.Text.Json.Nodes;
using FluentValidation;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.Components.Keys;
using SalesOs.Dashboard.Components.Keys.Create;
using SalesOs.Dashboard.Components.Kit;

namespace SalesOs.Dashboard.Components.KeyDetail;

/// <summary>A setting that somebody else has changed while it was being edited here.</summary>
/// <param name="Field">As in <see cref="SettingWords.Fields"/>.</param>
/// <param name="Mine">What was typed here and would be saved; null when the setting was left alone, so that it follows the other person's.</param>
public sealed record ForeignChange(string Field, JsonNode? Before, JsonNode? Theirs, JsonNode? Mine, bool Contested);

/// <summary>
/// What was typed over a key's settings. It edits only what differs from the key as it was opened; the rules are <see cref="KeyEditValidator"/>'s, and only
/// the tick for full access is the form's own.
/// </summary>
public sealed class KeyEditForm
{
    public KeyEditForm(ApiKeyView key)
    {
        Base = key;
        Fill(SettingWords.Fields);
    }

    /// <summary>The key as the form knows it: what is typed is compared with this, and its version is the edit's condition.</summary>
    public ApiKeyView Base { get; private set; }

    public NewKeyForm Fields { get; } = new();

    /// <summary>The expiry stays as it is; otherwise <see cref="NewKeyForm.Expiry"/> counts.</summary>
    public bool KeepExpiry { get; set; } = true;

    public bool IsChanged(TimeZoneInfo zone, DateTimeOffset now) => Changed(zone, now).Any();

    public KeyEdit ToEdit(TimeZoneInfo zone, DateTimeOffset now)
    {
        var request = Fields.ToNewKey(zone);
        var changed = Changed(zone, now).ToHashSet(StringComparer.Ordinal);
        var edit = new KeyEdit();
        edit = changed.Contains("name") ? edit with { Name = request.Name } : edit;
        edit = changed.Contains("notes") ? edit with { Notes = request.Notes } : edit;
        edit = changed.Contains("scopes") ? edit with { Scopes = new(true, request.Scopes ?? []) } : edit;
        edit = changed.Contains("rate_limit") ? edit with { RateLimit = request.RateLimit } : edit;
        edit = changed.Contains("allowed_ips") ? edit with { AllowedIps = new(true, request.AllowedIps ?? []) } : edit;
        edit = changed.Contains("single_use") ? edit with { SingleUse = request.SingleUse ?? Base.SingleUse } : edit;
        return !changed.Contains("expires_at") ? edit
            : request.ExpiresInDays is { } days ? edit with { ExpiresInDays = days }
            : edit with { ExpiresAt = new(true, request.ExpiresAt) };
    }

    public IReadOnlyList<RuleFault> Faults(IValidator<KeyEdit> rules, TimeZoneInfo zone, DateTimeOffset now)
    {
        List<RuleFault> faults = [.. Fields.WithTypingFaults(rules.Faults(ToEdit(zone, now)))];
        if (Fields.AsksForFullAccess && !Fields.FullAccessUnderstood)
        {
            faults.Add(new RuleFault("scopes", "full_access_not_understood"));
        }

        if (!KeepExpiry && Fields is { Expiry: ExpiryChoice.Date, ExpiryDate: null })
        {
            faults.Add(new RuleFault("expires_at", "expires_at_required"));
        }

        return faults;
    }

    /// <summary>
    /// Takes the key as somebody else has left it for the new base. What was typed here stays; what was left alone follows. Gives what they have changed.
    /// </summary>
    public IReadOnlyList<ForeignChange> Rebase(ApiKeyView current, TimeZoneInfo zone, DateTimeOffset now)
    {
        var (before, theirs, mine) = (SettingWords.Of(Base), SettingWords.Of(current), Settings(zone, now));
        var typed = Changed(zone, now).ToHashSet(StringComparer.Ordinal);
        var changes = SettingWords.Fields
            .Where(f => !JsonNode.DeepEquals(before[f], theirs[f]))
            .Select(f => new ForeignChange(f, before[f], theirs[f], mine[f], typed.Contains(f) && !JsonNode.DeepEquals(mine[f], theirs[f])))
            .ToList();
        Base = current;
        Fill(changes.Where(c => !typed.Contains(c.Field)).Select(c => c.Field));
        return changes;
    }

    /// <summary>Gives up what was typed for one setting.</summary>
    public void Reset(string field) => Fill([field]);

    private IEnumerable<string> Changed(TimeZoneInfo zone, DateTimeOffset now)
    {
        var (before, mine) = (SettingWords.Of(Base), Settings(zone, now));
        return SettingWords.Fields.Where(f => !JsonNode.DeepEquals(before[f], mine[f]));
    }

    private JsonObject Settings(TimeZoneInfo zone, DateTimeOffset now)
    {
        var request = Fields.ToNewKey(zone);
        var expiry = KeepExpiry ? Base.ExpiresAt : request.ExpiresInDays is { } days ? now.AddDays(days) : request.ExpiresAt;
        return new JsonObject
        {
            ["name"] = request.Name,
            ["notes"] = request.Notes,
            ["scopes"] = SettingWords.Texts((request.Scopes ?? []).Order(StringComparer.Ordinal)),
            ["rate_limit"] = request.RateLimit,
            ["allowed_ips"] = SettingWords.Texts(request.AllowedIps ?? []),
            ["expires_at"] = expiry?.ToUnixTimeMilliseconds(),
            ["single_use"] = request.SingleUse ?? Base.SingleUse,
        };
    }

    private void Fill(IEnumerable<string> fields)
    {
        foreach (var field in fields)
        {
            switch (field)
            {
                case "name":
                    Fields.Name = Base.Name;
                    break;
                case "notes":
                    Fields.Notes = Base.Notes ?? "";
                    break;
                case "scopes":
                    Fields.ChosenScopes.Clear();
                    Fields.ChosenScopes.UnionWith(Base.Scopes);
                    // Somebody has understood it before; choosing anew asks again.
                    Fields.FullAccessUnderstood = Base.Scopes.Count == 0;
                    break;
                case "rate_limit":
                    Fields.RateLimit = Base.RateLimit.ToString("N0", System.Globalization.CultureInfo.CurrentCulture);
                    break;
                case "allowed_ips":
                    Fields.AllowedAddresses = string.Join('\n', Base.AllowedIps);
                    break;
                case "expires_at":
                    KeepExpiry = true;
                    Fields.Expiry = ExpiryChoice.Never;
                    Fields.ExpiryDate = null;
                    break;
                case "single_use":
                    Fields.SingleUse = Base.SingleUse;
                    break;
            }
        }
    }
}
