(function (host) { "use strict"; })
