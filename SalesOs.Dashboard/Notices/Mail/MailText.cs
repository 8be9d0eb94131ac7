using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace SalesOs.Dashboard.Notices.Mail;

/// <summary>What a mail says, as plain text and as HTML: the same words, one link that is the thing to do, and nothing that is fetched from elsewhere.</summary>
/// <param name="Labels">What stands over the three parts.</param>
/// <param name="Link">Where its button leads.</param>
/// <param name="Foot">Why it came; null: it says so itself.</param>
internal sealed record MailText(NoticeText Words, MailLabels Labels, Uri Link, MailFoot? Foot)
{
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    // No colour is set where the reader's own is as good: it turns with light and dark, also in programs that read no style sheets.
    private const string Page = "margin:0;padding:24px 16px;font-family:system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;font-size:16px;line-height:1.5";
    private const string Column = "max-width:560px;margin:0 auto;text-align:left;overflow-wrap:anywhere";
    private const string Label = "margin:20px 0 4px;font-size:13px;line-height:1.4;font-weight:600;opacity:.75";
    private const string Button = "display:inline-block;padding:12px 20px;border-radius:8px;background-color:#4338ca;color:#ffffff;font-weight:600;text-decoration:none";
    private const string Small = "margin:32px 0 0;padding:16px 0 0;border-top:1px solid #8b8b95;font-size:13px;line-height:1.5";

    public string Plain(CultureInfo culture)
    {
        var text = new StringBuilder();
        text.Append(culture, $"{Words.Subject}\n\n");
        foreach (var (label, part) in Parts)
        {
            text.Append(culture, $"{label}\n{part}\n\n");
        }

        text.Append(culture, $"{Words.LinkText}:\n{Link.AbsoluteUri}\n");
        if (Foot is { } foot)
        {
            text.Append(culture, $"\n-- \n{foot.Why}\n{foot.LinkText}: {foot.Link.AbsoluteUri}\n");
        }

        return text.ToString();
    }

    public string Html(CultureInfo culture)
    {
        var html = new StringBuilder();
        html.Append(culture, $"""
            <!DOCTYPE html>
            <html lang="{culture.Name}">
            <head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark"><title>{Encoded(Words.Subject)}</title></head>
            <body style="{Page}"><div style="{Column}">
            <h1 style="margin:0 0 8px;font-size:20px;line-height:1.35">{Encoded(Words.Subject)}</h1>

            """);
        foreach (var (label, part) in Parts)
        {
            html.Append(culture, $"<h2 style=\"{Label}\">{Encoded(label)}</h2>\n<p style=\"margin:0\">{Encoded(part)}</p>\n");
        }

        html.Append(culture, $"<p style=\"margin:28px 0 0\"><a href=\"{Encoded(Link.AbsoluteUri)}\" style=\"{Button}\">{Encoded(Words.LinkText)}</a></p>\n");
        if (Foot is { } foot)
        {
            html.Append(culture, $"<p style=\"{Small}\">{Encoded(foot.Why)} <a href=\"{Encoded(foot.Link.AbsoluteUri)}\" style=\"color:inherit\">{Encoded(foot.LinkText)}</a></p>\n");
        }

        return html.Append("</div></body>\n</html>\n").ToString();
    }

    private IEnumerable<(string Label, string Text)> Parts => [(Labels.Happened, Words.Happened), (Labels.Meaning, Words.Meaning), (Labels.ToDo, Words.ToDo)];

    private static string Encoded(string text) => Encoder.Encode(text);
}

internal sealed record MailLabels(string Happened, string Meaning, string ToDo);

/// <param name="Why">Why the mail came.</param>
/// <param name="Link">Where that is changed.</param>
internal sealed record MailFoot(string Why, string LinkText, Uri Link);
