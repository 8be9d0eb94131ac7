using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using OpenIddict.Abstractions;

namespace SalesOs.Dashboard.SignIn.BuiltInProvider;

/// <summary>
/// The built-in provider's sign-in page: one form, a button per person. It has neither script nor inline style, so the strictest Content-Security-Policy lets it be.
/// </summary>
internal static class PersonPage
{
    public const string PersonField = "person";

    public const string Nobody = "nobody";

    public const string StylePath = "/connect/sign-in.css";

    public const string Style = """
        :root {
          color-scheme: light dark;
          --page: #f4f5f8; --card: #ffffff; --line: #d9dce5; --text: #161a26; --quiet: #575e72; --accent: #3d4fc4; --on-accent: #ffffff; --hover: #eef0fb;
        }
        @media (prefers-color-scheme: dark) {
          :root { --page: #10131c; --card: #191d29; --line: #343b4f; --text: #eceef5; --quiet: #a3aac0; --accent: #a9b4ff; --on-accent: #141a40; --hover: #232940; }
        }
        * { box-sizing: border-box; }
        body {
          margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem 1rem;
          background: var(--page); color: var(--text); font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
        }
        main { width: 100%; max-width: 27rem; }
        .brand { margin: 0 0 1.25rem; font-weight: 650; letter-spacing: -0.01em; color: var(--accent); }
        h1 { margin: 0; font-size: 1.5rem; line-height: 1.25; letter-spacing: -0.015em; }
        .lead { margin: 0.5rem 0 1.5rem; color: var(--quiet); }
        h2 { margin: 1.25rem 0 0.5rem; font-size: 0.875rem; font-weight: 600; color: var(--quiet); }
        ul { list-style: none; margin: 0; padding: 0; border: 1px solid var(--line); border-radius: 12px; overflow: hidden; background: var(--card); }
        li + li { border-top: 1px solid var(--line); }
        button { font: inherit; color: inherit; cursor: pointer; border: 0; background: none; }
        .person { display: grid; grid-template-columns: 2.5rem 1fr auto; gap: 0 0.875rem; align-items: center; width: 100%; padding: 0.75rem 1rem; text-align: start; }
        .person:hover { background: var(--hover); }
        button:focus-visible { outline: 3px solid var(--accent); outline-offset: -3px; border-radius: 10px; }
        .initials {
          grid-row: span 2; width: 2.5rem; height: 2.5rem; border-radius: 50%; display: grid; place-items: center;
          background: var(--accent); color: var(--on-accent); font-size: 0.875rem; font-weight: 650;
        }
        .name { font-weight: 600; }
        .mail { grid-column: 2 / span 2; font-size: 0.875rem; color: var(--quiet); overflow-wrap: anywhere; }
        .role { font-size: 0.8125rem; color: var(--quiet); text-align: end; }
        .cancel { margin: 1.25rem auto 0; display: block; padding: 0.625rem 1.25rem; color: var(--quiet); text-decoration: underline; text-underline-offset: 0.2em; }
        """;

    /// <summary>
    /// A policy of the page's own: browsers hold the redirect that follows a form to <c>form-action</c> too, and the dashboard may be open as <c>127.0.0.1</c>
    /// while this page is at <c>localhost</c>.
    /// </summary>
    /// <param name="redirect">Where the answer goes; it has been found to be the dashboard's.</param>
    public static void SetHeaders(HttpResponse response, Uri redirect)
    {
        response.Headers.CacheControl = "no-store";
        response.Headers.ContentSecurityPolicy =
            $"default-src 'none'; style-src 'self'; img-src data:; form-action 'self' {redirect.GetLeftPart(UriPartial.Authority)}; frame-ancestors 'none'; base-uri 'none'";
    }

    public static string Render(OpenIddictRequest request, PersonPageWords words)
    {
        var html = new StringBuilder();
        html.Append(CultureInfo.InvariantCulture, $"""
            <!DOCTYPE html>
            <html lang="{Text(words.Language)}">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="robots" content="noindex">
            <title>{Text(words.Title)}</title>
            <link rel="icon" href="data:,">
            <link rel="stylesheet" href="{StylePath}">
            </head>
            <body>
            <main>
            <p class="brand">SalesOS</p>
            <h1>{Text(words.Heading)}</h1>
            <p class="lead">{Text(words.Lead)}</p>
            <form method="post" action="{ProviderSetup.AuthorizePath}">

            """);
        foreach (var (name, value) in request.GetParameters().Where(p => p.Key != PersonField))
        {
            html.Append(CultureInfo.InvariantCulture, $"<input type=\"hidden\" name=\"{Text(name)}\" value=\"{Text((string?)value ?? "")}\">\n");
        }

        foreach (var tenant in Person.All.GroupBy(p => p.TenantName, StringComparer.Ordinal))
        {
            html.Append(CultureInfo.InvariantCulture, $"<h2>{Text(tenant.Key)}</h2>\n<ul>\n");
            foreach (var person in tenant)
            {
                html.Append(CultureInfo.InvariantCulture, $"""
                    <li><button class="person" name="{PersonField}" value="{Text(person.Email)}">
                    <span class="initials" aria-hidden="true">{Text(Initials(person.Name))}</span>
                    <span class="name">{Text(person.Name)}</span> <span class="role">{Text(words.Roles[person.Role])}</span>
                    <span class="mail">{Text(person.Email)}</span>
                    </button></li>

                    """);
            }

            html.Append("</ul>\n");
        }

        return html.Append(CultureInfo.InvariantCulture, $"""
            <button class="cancel" name="{PersonField}" value="{Nobody}">{Text(words.Decline)}</button>
            </form>
            </main>
            </body>
            </html>
            """).ToString();
    }

    private static string Text(string value) => HtmlEncoder.Default.Encode(value);

    private static string Initials(string name) => string.Concat(name.Split(' ').Select(n => n[0]));
}
