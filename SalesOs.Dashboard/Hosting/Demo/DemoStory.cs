using SalesOs.Dashboard.ApiKeys;
using SalesOs.Dashboard.ApiKeys.Policies;
using static SalesOs.Dashboard.Hosting.Demo.DemoPeople;

namespace SalesOs.Dashboard.Hosting.Demo;

/// <summary>The keys of two companies that sell homes in Brazil, and a year of their life. All names and addresses are made up or reserved for documentation.</summary>
internal static class DemoStory
{
    private const string GetLeads = "GET /v1/leads";
    private const string GetLead = "GET /v1/leads/{id}";
    private const string PostLead = "POST /v1/leads";
    private const string PatchLead = "PATCH /v1/leads/{id}";
    private const string Sync = "POST /functions/v1/default-integration";
    private const string WhoAmI = "GET /v1/whoami";

    private static readonly string[] Read = [Scopes.LeadsRead];
    private static readonly string[] Write = [Scopes.LeadsWrite];
    private static readonly string[] Both = [Scopes.LeadsRead, Scopes.LeadsWrite];
    private static readonly string[] Staff = [Scopes.DefaultSync];
    private static readonly string[] Everything = [];

    public static IReadOnlyList<DemoKey> Keys { get; } = [.. OfAcme(), .. OfBeta()];

    /// <summary>Of Acme. It warns only, so that nothing stops by itself while somebody looks around.</summary>
    public static KeyPolicy Policy { get; } = KeyPolicy.None with
    {
        MaxLifetimeDays = new PolicyDemand { Level = PolicyLevel.Warn, Value = 365 },
        ScopesRequired = new PolicyDemand { Level = PolicyLevel.Warn },
        MaxUnusedDays = new PolicyDemand { Level = PolicyLevel.Warn, Value = 90 },
        SecondPerson = [SecondPersonAct.Delete],
    };

    /// <summary>Why a key is to be deleted, which waits for a second person.</summary>
    public static string DeletionReason => "Revogada há meses; o histórico de uso já foi exportado.";

    /// <summary>Days that the review of the demo goes on for.</summary>
    public const int ReviewDays = 21;

    public static string ReviewName => "Quarto trimestre";

    public static string ReviewReason => "Em uso pela equipe de vendas.";

    private static IEnumerable<DemoKey> OfAcme() =>
    [
        new("Portal de imóveis · leads", Camila, 211, Write, new DemoTraffic(310, Rhythm.Visitors, [PostLead, WhoAmI], ["203.0.113.10", "203.0.113.11", "203.0.113.12"], "portal-webhooks/3.4", Growth: 0.35), 2000)
        {
            Notes = "Webhook de novos contatos do portal. Responsável: equipe de marketing.",
            Acts = [new DemoEdit(58, Adriano, new KeyEdit { RateLimit = 5000 }), new DemoEdit(17, Camila, new KeyEdit { AllowedIps = new(true, ["203.0.113.0/26"]) })],
            Rejections = [new(DemoMistake.ForeignAddress, 14, 6, PostLead), new(DemoMistake.SentTwice, 9, 20, PostLead)],
        },
        new("CRM · sincronização de leads", Adriano, 178, Both, new DemoTraffic(240, Rhythm.Office, [GetLeads, PatchLead, GetLead, PostLead], ["198.51.100.60", "198.51.100.61"], "crm-connector/8.1 (.NET 10)", Growth: 0.2))
        {
            Acts = [new DemoEdit(96, Adriano, new KeyEdit { RateLimit = 2000 }), new DemoEdit(12, Camila, new KeyEdit { RateLimit = 3000, Notes = "Leads e funil; o conector lê a cada minuto." })],
            Rejections = [new(DemoMistake.QueryLeftOut, 11, 2, GetLeads), new(DemoMistake.SlowClock, 6, 9, GetLeads)],
        },
        new("Corretores e atividades · ERP", Adriano, 302, Staff, new DemoTraffic(95, Rhythm.Nightly, [Sync], ["198.51.100.70"], "erp-batch/2026.2 Java/21"), 3000, Notes: "Roda às 2h. Avisar o Adriano antes de mudar."),
        new("Aplicativo do corretor", Rafael, 149, Both, new DemoTraffic(175, Rhythm.Office, [GetLeads, GetLead, PatchLead, PostLead], ["192.0.2.120", "192.0.2.121", "192.0.2.122", "192.0.2.123"], "acme-corretor/5.2 okhttp/5.1", Growth: 0.5), 250)
        {
            Rejections = [new(DemoMistake.MinifiedBody, 8, 4, PostLead), new(DemoMistake.TooMany, 26, 3, GetLeads)],
        },
        new("Chatbot do site", Camila, 78, Write, new DemoTraffic(42, Rhythm.Visitors, [PostLead], ["203.0.113.140"], "chatbot/1.9 axios/1.12", Growth: 0.6), Lasts: 90)
        {
            Rejections = [new(DemoMistake.MissingScope, 7, 5, GetLeads)],
        },
        new("WhatsApp · atendimento", Rafael, 120, Both, new DemoTraffic(88, Rhythm.Visitors, [PostLead, GetLeads], ["203.0.113.150", "203.0.113.151"], "wa-bridge/0.14 node/24"), AllowedIps: ["203.0.113.144/28"]),
        new("Painel de indicadores", Olivia, 86, Read, new DemoTraffic(30, Rhythm.Steady, [GetLeads], ["198.51.100.80"], "python-requests/2.32.5"), Lasts: 90)
        {
            Notes = "Somente leitura, usado na reunião de segunda-feira.",
        },
        new("Anúncios · formulários", Camila, 64, Write, new DemoTraffic(130, Rhythm.Visitors, [PostLead], ["192.0.2.200", "192.0.2.201"], "lead-ads-bridge/2.0", Growth: 0.4), 2500)
        {
            Rejections = [new(DemoMistake.HexBetweenSteps, 17, 63, PostLead, Until: 60), new(DemoMistake.WrongSecret, 5, 62, PostLead, Until: 60)],
        },
        new("Automação de marketing", Camila, 133, Everything, new DemoTraffic(26, Rhythm.Office, [GetLeads, PostLead, Sync], ["203.0.113.77"], "n8n/1.118"), Lasts: null, Notes: "Pedido de acesso total para o piloto; reduzir depois."),
        new("Financeiro · comissões", Adriano, 240, Read, new DemoTraffic(36, Rhythm.Office, [GetLeads, GetLead], ["198.51.100.90"], "erp-finance/12.1", Until: 0.4))
        {
            Acts = [new DemoRotation(6, Adriano, QuietCycles: 3)],
            SuccessorTraffic = new DemoTraffic(36, Rhythm.Office, [GetLeads, GetLead], ["198.51.100.90", "198.51.100.91"], "erp-finance/12.2", Since: 5),
        },
        new("Sincronização diária de corretores, gerentes e imobiliárias parceiras do litoral norte paulista", Rafael, 41, Staff, new DemoTraffic(18, Rhythm.Nightly, [Sync], ["192.0.2.66"], "Go-http-client/2.0")),
        new("Landing page · lançamento Aurora", Camila, 55, Write, new DemoTraffic(64, Rhythm.Visitors, [PostLead], ["203.0.113.180"], "Mozilla/5.0 (compatible; FormRelay/1.3)", Growth: 0.8), Lasts: 60),
        new("Planilha do plantão", Rafael, 104, Read, Lasts: null),
        new("Integração antiga (ERP 2024)", Adriano, 318, Everything, new DemoTraffic(14, Rhythm.Office, [GetLeads, Sync], ["198.51.100.99"], "Apache-HttpClient/4.5", Until: 121), Lasts: null)
        {
            Notes = "Ninguém sabe se ainda é usada.",
        },
        new("Homologação · CRM", Adriano, 92, Both, new DemoTraffic(9, Rhythm.Office, [GetLeads, PostLead, PatchLead], ["198.51.100.61"], "crm-connector/8.2-beta (.NET 10)", Faulty: 0.09), Environment: KeyEnvironment.Test)
        {
            Rejections = [new(DemoMistake.Milliseconds, 6, 8, GetLeads), new(DemoMistake.WrongSecret, 3, 8, PostLead)],
        },
        new("Testes do Rafael", Rafael, 3, Everything, Environment: KeyEnvironment.Test, Lasts: 30),
        new("Testes de carga", Adriano, 33, Write, new DemoTraffic(700, Rhythm.Office, [PostLead], ["198.51.100.5"], "k6/1.4", Until: 30), 20000, Environment: KeyEnvironment.Test) { Acts = [new DemoDeletion(29, Adriano)] },
        new("Feirão de imóveis", Camila, 131, Write, new DemoTraffic(75, Rhythm.Visitors, [PostLead], ["203.0.113.185"], "FormRelay/1.2", Until: 41), Lasts: 90)
        {
            Rejections = [new(DemoMistake.Expired, 38, 40, PostLead, Until: 12)],
        },
        new("Parceria · imobiliária vizinha", Olivia, 195, Read, new DemoTraffic(22, Rhythm.Office, [GetLeads], ["192.0.2.15"], "curl/8.16.0", Until: 24))
        {
            Acts = [new DemoRevocation(24, Olivia, "A parceria terminou em outubro.")],
            Rejections = [new(DemoMistake.Revoked, 21, 23, GetLeads, Until: 2)],
        },
        new("Script do estagiário", Rafael, 47, Everything, new DemoTraffic(11, Rhythm.Office, [GetLeads, PostLead], ["203.0.113.201"], "python-requests/2.32.3", Until: 19))
        {
            Acts = [new DemoRevocation(19, Olivia, "leaked")],
            Rejections = [new(DemoMistake.Revoked, 44, 19, GetLeads)],
        },
        new("Piloto de discador", Camila, 140, Read, new DemoTraffic(16, Rhythm.Office, [GetLeads], ["192.0.2.88"], "dialer/0.9", Until: 70)) { Acts = [new DemoRevocation(69, Camila, "unused")] },
        new("Simulador de financiamento", Rafael, 97, Both, new DemoTraffic(21, Rhythm.Visitors, [GetLeads, GetLead], ["198.51.100.130", "198.51.100.131"], "mortgage-sim/1.4"), 5000, Notes: "Pediu escrita para o piloto; até hoje só lê."),
        new("Assinatura de contratos", Adriano, 26, Read, new DemoTraffic(12, Rhythm.Office, [GetLead], ["198.51.100.120"], "esign-hooks/4.0"), Lasts: 180),
        new("Enriquecimento de leads (piloto)", Camila, 61, Read, new DemoTraffic(19, Rhythm.Office, [GetLeads, GetLead], ["203.0.113.222"], "enrich-bot/0.7", Until: 4))
        {
            Acts = [new DemoPause(4, Olivia, "Chamadas de um endereço que ninguém reconhece; aguardando resposta do fornecedor.")],
            Rejections = [new(DemoMistake.Paused, 31, 3, GetLeads)],
        },
    ];

    private static IEnumerable<DemoKey> OfBeta() =>
    [
        new("CRM de vendas", Bruno, 167, Both, new DemoTraffic(120, Rhythm.Office, [GetLeads, PostLead, PatchLead], ["192.0.2.50"], "crm-sync/3.0", Growth: 0.3), 2000),
        new("Site · formulário de contato", Larissa, 143, Write, new DemoTraffic(34, Rhythm.Visitors, [PostLead], ["192.0.2.60"], "php-curl/8.4")) { Rejections = [new(DemoMistake.SlowClock, 12, 7, PostLead)] },
        new("Equipe de vendas · planilha", Bruno, 80, Staff, new DemoTraffic(15, Rhythm.Nightly, [Sync], ["192.0.2.61"], "Google-Apps-Script"), Lasts: 90),
        new("Relatórios", Larissa, 52, Read, new DemoTraffic(8, Rhythm.Steady, [GetLeads], ["192.0.2.62"], "python-requests/2.32.5")),
        new("Testes", Bruno, 20, Everything, Environment: KeyEnvironment.Test, Lasts: 30),
        new("Antigo site", Bruno, 260, Write, new DemoTraffic(20, Rhythm.Visitors, [PostLead], ["192.0.2.63"], "php-curl/7.4", Until: 100)) { Acts = [new DemoRevocation(98, Bruno, "rotated")] },
    ];
}
