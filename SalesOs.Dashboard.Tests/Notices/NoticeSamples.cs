using System.Text.Json.Nodes;
using SalesOs.Dashboard.Notices;

namespace SalesOs.Dashboard.Tests.Notices;

/// <summary>Notices as they might be.</summary>
internal static class NoticeSamples
{
    public static readonly Guid KeyId = Guid.Parse("0199a7c4-b1f2-7d3e-a0c5-e6f708192a3b");

    private static readonly DateTimeOffset At = new(2026, 11, 29, 14, 5, 0, TimeSpan.Zero);

    public static Notice Of(NoticeEvent what, string name = "Zapier", string? actor = "Ana Lima", JsonObject? data = null) =>
        new(Guid.Parse("0199a7c4-b1f2-7d3e-a0c5-000000000001"), "11111111-1111-4111-8111-111111111111", what, At, KeyId, name, "sk_live_a1b2c3d4…o5p6", actor, data ?? []);

    /// <summary>About no key, with nothing told beside.</summary>
    public static Notice Bare(NoticeEvent what) => Of(what, actor: null) with { KeyId = null, KeyName = null, KeyShown = null };

    /// <summary>All that any notice tells.</summary>
    public static JsonObject Everything => new()
    {
        ["days"] = 7,
        ["expires_at"] = "2026-12-06T14:05:00Z",
        ["changed"] = new JsonArray("scopes", "rate_limit", "of_another_release"),
        ["until"] = "2026-11-30T08:00:00Z",
        ["revokes_at"] = "2026-12-13T08:00:00Z",
        ["reason"] = "Leaked in a log.",
        ["new_key_name"] = "Zapier 2",
        ["address"] = "198.51.100.0/24",
        ["count"] = 12_345L,
        ["usual"] = 240,
        ["minutes"] = 10,
        ["last_used_at"] = "2026-11-27T09:30:00Z",
        ["limit"] = 1000,
        ["sequence"] = 4711,
        ["url"] = "https://hooks.example.com/x?token=secret",
        ["status"] = 503,
    };
}
