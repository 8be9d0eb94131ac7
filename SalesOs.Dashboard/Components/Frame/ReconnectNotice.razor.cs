using Microsoft.AspNetCore.Components;
using SalesOs.Dashboard.Components.Language;

namespace SalesOs.Dashboard.Components.Frame;

/// <summary>
/// A calm line when the connection is lost. Blazor finds it by its id and sets classes on it; <c>connection.js</c> keeps trying and reloads the
/// page by itself when the server no longer knows the circuit. The state is in the address, so the reader is back where they were.
/// </summary>
public sealed partial class ReconnectNotice
{
    [Inject]
    private Words<FrameTexts> Words { get; set; } = null!;
}
