# The tag follows .NET's patches; global.json asks for SDK 10.0.401 or a later one of its band.
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /src

# What decides the packages comes first, so that a change in the sources leaves the restored layer as it is.
COPY global.json Directory.Build.props Directory.Packages.props ./
COPY SalesOs.Dashboard/SalesOs.Dashboard.csproj SalesOs.Dashboard/
RUN dotnet restore SalesOs.Dashboard/SalesOs.Dashboard.csproj

# Warnings are errors here too, and .editorconfig says which rules are warnings.
COPY .editorconfig appsettings.json appsettings.Development.json ./
COPY SalesOs.Dashboard/ SalesOs.Dashboard/
RUN dotnet publish SalesOs.Dashboard/SalesOs.Dashboard.csproj -c Release --no-restore -p:UseAppHost=false -o /app

# The full image and not a chiselled one: it has ICU, for pt-BR, and bash, for the health check.
FROM mcr.microsoft.com/dotnet/aspnet:10.0
WORKDIR /app
COPY --from=build /app .

# A label can't be read from a file; a test compares this with Directory.Build.props.
LABEL org.opencontainers.image.title="SalesOS Dashboard" \
    org.opencontainers.image.version="0.1.0"

# The database and the master key. Made here, so that a new volume takes over its owner and its mode.
RUN mkdir -m 0700 /data && chown "$APP_UID:$APP_UID" /data
VOLUME /data

# No secret has a default here: settings come from the environment at run time, the master key is made in the volume on the first run.
# The base image's ASPNETCORE_HTTP_PORTS is emptied because Urls would override it with a warning at each start.
ENV Urls=http://+:8080 \
    ASPNETCORE_HTTP_PORTS= \
    Data__Directory=/data \
    Logging__Console__FormatterName=json \
    DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=false

EXPOSE 8080
USER $APP_UID

# Bash speaks TCP itself: the image needs no curl. HTTP/1.0 names no host, so AllowedHosts doesn't stand in the way.
# Whoever changes the port in Urls changes it here with HEALTH_PORT.
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 CMD ["bash", "-c", \
    "exec 3<>/dev/tcp/127.0.0.1/${HEALTH_PORT:-8080} && printf 'GET /health/ready HTTP/1.0\\r\\n\\r\\n' >&3 && read -r _ status _ <&3 && [[ $status == 200 ]]"]

ENTRYPOINT ["dotnet", "SalesOs.Dashboard.dll"]
