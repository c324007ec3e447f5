// chrome.alarms and chrome.permissions.

namespace("alarms", () => allowed("alarms"), ({ async, event }) => {
  async("create", "name?: string, alarmInfo: {when?: number, delayInMinutes?: number, periodInMinutes?: number}", ([name, info], done) => {
    invoke("alarms.create", [name ?? "", info], done);
  });
  async("get", "name?: string", ([name], done) => {
    invoke("alarms.get", [name ?? ""], (error, alarm) => done(error, alarm ?? undefined));
  });
  async("getAll", "");
  async("clear", "name?: string", ([name], done) => invoke("alarms.clear", [name ?? ""], done));
  async("clearAll", "");
  event("onAlarm");
});

namespace("permissions", () => true, ({ async, event }) => {
  const permissions = "permissions: {permissions?: string[], origins?: string[], data_collection?: string[]}";
  async("contains", permissions);
  async("request", permissions);
  async("remove", permissions);
  async("getAll", "");
  event("onAdded", "onRemoved");
});
