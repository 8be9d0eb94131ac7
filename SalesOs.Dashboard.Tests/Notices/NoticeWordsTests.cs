using System.Globalization;
using System.Text.Json.Nodes;
using SalesOs.Dashboard.Notices;

namespace SalesOs.Dashboard.Tests.Notices;

public sealed class NoticeWordsTests
{
    private static readonly CultureInfo English = CultureInfo.GetCultureInfo("en");
    private static readonly CultureInfo Portuguese = CultureInfo.GetCultureInfo("pt-BR");

    private readonly NoticeWords words = new();

    public static TheoryData<NoticeEvent> Events => [.. NoticeEvents.All];

    [Theory]
    [MemberData(nameof(Events))]
    public void Words_OfEveryEvent_AreWholeInBothLanguagesWithAndWithoutWhatIsToldBeside(NoticeEvent what)
    {
        foreach (var notice in (Notice[])[NoticeSamples.Bare(what), NoticeSamples.Of(what), NoticeSamples.Of(what, data: NoticeSamples.Everything)])
        {
            foreach (var culture in (CultureInfo[])[English, Portuguese])
            {
                var text = words.Of(notice, culture);

                text.Path.ShouldStartWith("/integrations/");
                foreach (var part in (string[])[text.Subject, text.Happened, text.Meaning, text.ToDo, text.LinkText])
                {
                    part.ShouldNotBeNullOrWhiteSpace();
                    part.ShouldNotContain('\n');
                    part.ShouldNotContain('{');
                    part.ShouldNotContain("..");
                    part.ShouldNotContain("token", Case.Sensitive, $"{what}: what opens a receiver's door stays out");
                }
            }
        }
    }

    [Fact]
    public void Words_OfAnExpiry_AreThese()
    {
        var notice = NoticeSamples.Of(NoticeEvent.KeyExpiring, actor: null, data: new JsonObject { ["days"] = 7, ["expires_at"] = "2026-12-06T14:05:00Z" });

        words.Of(notice, English).ShouldBe(new NoticeText(
            "API key “Zapier” expires in 7 days",
            "The API key “Zapier” (sk_live_a1b2c3d4…o5p6) expires in 7 days. Expiration: Dec 6, 2026, 14:05 UTC.",
            "From then on every request that is signed with it is refused.",
            "Rotate it, so that whatever uses it moves to a new API key in time, or move its expiration. If nothing needs it any more, let it expire.",
            $"/integrations/api-keys/{NoticeSamples.KeyId}",
            "Open the API key"));
        words.Of(notice, Portuguese).ShouldBe(new NoticeText(
            "A chave de API “Zapier” expira em 7 dias",
            "A chave de API “Zapier” (sk_live_a1b2c3d4…o5p6) expira em 7 dias. Validade: 6 de dez. de 2026, 14:05 UTC.",
            "A partir daí, toda requisição assinada com ela será recusada.",
            "Rotacione a chave, para que quem a usa passe a tempo para uma nova, ou mude a validade. Se nada mais precisa dela, deixe que ela expire.",
            $"/integrations/api-keys/{NoticeSamples.KeyId}",
            "Abrir a chave de API"));
    }

    [Theory]
    [InlineData(0, "API key “Zapier” has expired", "A chave de API “Zapier” expirou")]
    [InlineData(1, "API key “Zapier” expires within a day", "A chave de API “Zapier” expira em até um dia")]
    [InlineData(30, "API key “Zapier” expires in 30 days", "A chave de API “Zapier” expira em 30 dias")]
    public void Subject_OfAnExpiry_CountsTheDays(int days, string english, string portuguese)
    {
        var notice = NoticeSamples.Of(NoticeEvent.KeyExpiring, data: new JsonObject { ["days"] = days });

        words.Of(notice, English).Subject.ShouldBe(english);
        words.Of(notice, Portuguese).Subject.ShouldBe(portuguese);
    }

    [Fact]
    public void Words_OfAnEditAndASpike_TellTheFacts()
    {
        words.Of(NoticeSamples.Of(NoticeEvent.KeyEdited, data: new JsonObject { ["changed"] = new JsonArray("scopes", "allowed_ips") }), English).Happened
            .ShouldBe("The settings of the API key “Zapier” (sk_live_a1b2c3d4…o5p6) were changed on Nov 29, 2026, 14:05 UTC. Changed: scopes, allowed addresses. Done by Ana Lima.");
        words.Of(NoticeSamples.Of(NoticeEvent.KeySpike, actor: null, data: new JsonObject { ["count"] = 12_345, ["usual"] = 240 }), Portuguese).Happened
            .ShouldBe("A chave de API “Zapier” (sk_live_a1b2c3d4…o5p6) fez em uma hora muito mais requisições que o normal. Requisições: 12.345. Normalmente, no máximo: 240.");
    }

    /// <summary>The bell shows the subject and the meaning alone.</summary>
    [Fact]
    public void Words_OfAPauseThatEndsByRevoking_SayWhenInSubjectAndMeaning()
    {
        var notice = NoticeSamples.Of(NoticeEvent.KeyPaused, actor: null, data: new JsonObject { ["then"] = "revoke", ["revokes_at"] = "2026-12-13T08:00:00.000Z" });

        words.Of(notice, English).ShouldSatisfyAllConditions(
            text => text.Subject.ShouldBe("API key “Zapier” was paused and will be revoked"),
            text => text.Meaning.ShouldBe("Every request that is signed with it is refused already. On Dec 13, 2026, 08:00 UTC it is revoked for good, unless somebody resumes it before."));
        words.Of(notice, Portuguese).ShouldSatisfyAllConditions(
            text => text.Subject.ShouldBe("A chave de API “Zapier” foi pausada e será revogada"),
            text => text.Meaning.ShouldBe("Toda requisição assinada com ela já é recusada. Em 13 de dez. de 2026, 08:00 UTC ela será revogada em definitivo, a menos que alguém a retome antes."));
    }

    [Theory]
    [InlineData("Zapier\r\nBcc: all@example.com", "Zapier  Bcc: all@example.com")]
    [InlineData("see https://evil.example/x now", "see https://evil.example/x now")]
    [InlineData("a\u202Eb\u200Bc", "abc")]
    [InlineData("<b>bold</b> & “quoted” {name}", "<b>bold</b> & “quoted” {name}")]
    public void Name_ThatSomebodyChose_StaysOnOneLineAndIsNoLink(string name, string shown)
    {
        var subject = words.Of(NoticeSamples.Of(NoticeEvent.KeyRevoked, name: name), English).Subject;

        subject.Replace("\u2060", "", StringComparison.Ordinal).ShouldBe($"API key “{shown}” was revoked");
        subject.ShouldNotContain("://");
        subject.ShouldNotContain("evil.e");
        subject.ShouldNotContain("@e");
    }

    [Fact]
    public void Data_OfAnotherKindThanItShouldBe_IsLeftOut() =>
        words.Of(NoticeSamples.Of(NoticeEvent.KeyPaused, actor: null, data: new JsonObject { ["until"] = "soon", ["revokes_at"] = "soon", ["address"] = "evil.example", ["count"] = new JsonArray(1), ["changed"] = "x", ["reason"] = null }), English).Happened
            .ShouldBe("The API key “Zapier” (sk_live_a1b2c3d4…o5p6) was paused on Nov 29, 2026, 14:05 UTC.");
}
