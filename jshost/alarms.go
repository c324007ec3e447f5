package jshost

import (
	"math"
	"sort"
	"sync"
	"time"
)

// alarms are chrome.alarms of one extension: they outlive the context that
// created them.
type alarms struct {
	fire func(alarm)

	mu     sync.Mutex // guards following
	byName map[string]*pendingAlarm
	closed bool
}

// alarm is alarms.Alarm; times in milliseconds since 1970.
type alarm struct {
	Name            string   `json:"name"`
	ScheduledTime   float64  `json:"scheduledTime"`
	PeriodInMinutes *float64 `json:"periodInMinutes,omitempty"`
}

type pendingAlarm struct {
	alarm
	timer *time.Timer
}

var alarmMethods = map[string]apiMethod{
	"alarms.create": func(c *Context, args arguments) (any, error) {
		var name string
		var info alarmInfo
		if err := args.read(0, &name); err != nil {
			return nil, err
		}
		if err := args.read(1, &info); err != nil {
			return nil, err
		}
		c.options.Extension.alarms.create(name, info)
		return nil, nil
	},
	"alarms.get": func(c *Context, args arguments) (any, error) {
		var name string
		if err := args.read(0, &name); err != nil {
			return nil, err
		}
		for _, a := range c.options.Extension.alarms.all() {
			if a.Name == name {
				return a, nil
			}
		}
		return nil, nil
	},
	"alarms.getAll": func(c *Context, _ arguments) (any, error) { return c.options.Extension.alarms.all(), nil },
	"alarms.clear": func(c *Context, args arguments) (any, error) {
		var name string
		err := args.read(0, &name)
		return c.options.Extension.alarms.clear(name), err
	},
	"alarms.clearAll": func(c *Context, _ arguments) (any, error) {
		a := &c.options.Extension.alarms
		cleared := false
		for _, one := range a.all() {
			cleared = a.clear(one.Name) || cleared
		}
		return cleared, nil
	},
}

// alarmInfo is alarms.create's alarmInfo.
type alarmInfo struct {
	When            *float64 `json:"when"`
	DelayInMinutes  *float64 `json:"delayInMinutes"`
	PeriodInMinutes *float64 `json:"periodInMinutes"`
}

// minute is the duration of n minutes, as far as a Duration goes.
func minute(n float64) time.Duration {
	return time.Duration(min(max(n*float64(time.Minute), 0), math.MaxInt64/2))
}

func (a *alarms) create(name string, info alarmInfo) {
	now := time.Now()
	at := now
	switch {
	case info.When != nil:
		at = time.UnixMilli(int64(*info.When))
	case info.DelayInMinutes != nil:
		at = now.Add(minute(*info.DelayInMinutes))
	case info.PeriodInMinutes != nil:
		at = now.Add(minute(*info.PeriodInMinutes))
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.closed {
		return
	}
	if old := a.byName[name]; old != nil {
		old.timer.Stop()
	}
	if a.byName == nil {
		a.byName = map[string]*pendingAlarm{}
	}
	p := &pendingAlarm{alarm: alarm{Name: name, ScheduledTime: float64(at.UnixMilli()), PeriodInMinutes: info.PeriodInMinutes}}
	a.byName[name] = p
	p.timer = time.AfterFunc(at.Sub(now), func() { a.ring(p) })
}

// ring fires an alarm and winds it up again if it is periodic.
func (a *alarms) ring(p *pendingAlarm) {
	a.mu.Lock()
	if a.closed || a.byName[p.Name] != p {
		a.mu.Unlock()
		return
	}
	fired := p.alarm
	if p.PeriodInMinutes == nil {
		delete(a.byName, p.Name)
	} else {
		period := max(minute(*p.PeriodInMinutes), time.Millisecond)
		p.ScheduledTime += float64(period.Milliseconds())
		p.timer.Reset(period)
	}
	a.mu.Unlock()
	a.fire(fired)
}

func (a *alarms) clear(name string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	p := a.byName[name]
	if p == nil {
		return false
	}
	p.timer.Stop()
	delete(a.byName, name)
	return true
}

func (a *alarms) all() []alarm {
	a.mu.Lock()
	defer a.mu.Unlock()
	all := []alarm{}
	for _, p := range a.byName {
		all = append(all, p.alarm)
	}
	sort.Slice(all, func(i, j int) bool { return all[i].Name < all[j].Name })
	return all
}

func (a *alarms) close() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.closed = true
	for _, p := range a.byName {
		p.timer.Stop()
	}
	a.byName = nil
}
