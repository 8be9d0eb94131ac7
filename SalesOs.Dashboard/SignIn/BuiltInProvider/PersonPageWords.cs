using Microsoft.Net.Http.Headers;

namespace SalesOs.Dashboard.SignIn.BuiltInProvider;

/// <summary>The words of the page, which needs no resource file: it is never seen outside Development.</summary>
internal sealed record PersonPageWords(
    string Language,
    string Title,
    string Heading,
    string Lead,
    string Decline,
    IReadOnlyDictionary<string, string> Roles)
{
    public static PersonPageWords English { get; } = new(
        "en",
        "Sign in · SalesOS",
        "Who would you like to be?",
        "This sign-in page stands in for your company’s in Development. Choose a person; there is no password.",
        "Cancel",
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["owner"] = "Owner",
            ["admin"] = "Administrator",
            ["auditor"] = "Auditor",
            ["manager"] = "Manager",
            ["sales_rep"] = "Sales representative",
        });

    public static PersonPageWords Portuguese { get; } = new(
        "pt-BR",
        "Entrar · SalesOS",
        "Quem você quer ser?",
        "Esta página faz as vezes do login da sua empresa em Development. Escolha uma pessoa; não há senha.",
        "Cancelar",
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["owner"] = "Proprietária",
            ["admin"] = "Administrador",
            ["auditor"] = "Auditora",
            ["manager"] = "Gerente",
            ["sales_rep"] = "Representante de vendas",
        });

    /// <summary>The first language of the browser's list that there are words for; English when there is none.</summary>
    public static PersonPageWords For(HttpRequest request)
    {
        if (!StringWithQualityHeaderValue.TryParseList(request.Headers.AcceptLanguage, out var wanted))
        {
            return English;
        }

        foreach (var language in wanted.OrderByDescending(w => w.Quality ?? 1).Select(w => w.Value.Value ?? ""))
        {
            if (language.StartsWith("pt", StringComparison.OrdinalIgnoreCase))
            {
                return Portuguese;
            }

            if (language.StartsWith("en", StringComparison.OrdinalIgnoreCase))
            {
                return English;
            }
        }

        return English;
    }
}
