using System.Globalization;
using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.Components.Language;

namespace SalesOs.Dashboard.Components.AuditLog;

/// <summary>When an entry was written, to the second in the reader's time zone, and how long ago that is. The page draws it anew as time passes.</summary>
public sealed partial class EntryTime
{
    [Parameter, EditorRequired]
    public DateTimeOffset Moment { get; set; }

    private string Exact => TimeZoneInfo.ConvertTime(Moment, UserZone.Zone).ToString(Words["SecondFormat"], CultureInfo.CurrentCulture);
}
