-- Follows a value with log points in a real Neovim, by the server's commands alone. Env: WS, a project in JavaScript.
local common = dofile(debug.getinfo(1, 'S').source:sub(2):match('.*/') .. 'common.lua')
local check, wait, execute, uri = common.check, common.wait, common.execute, common.uri
local function bytes(name)
  local file = assert(io.open(vim.env.WS .. '/' .. name, 'rb'))
  local text = file:read('*a')
  file:close()
  return text
end
local NAMES = { 'main.js', 'process.js', 'stock.js' }
local before = {}
for _, name in ipairs(NAMES) do before[name] = bytes(name) end
local asked = {
  expression = 'order.status',
  entry = { uri = uri('process.js'), ['function'] = 'processOrder' },
  target = { uri = uri('stock.js'), ['function'] = 'updateInventory' },
}

vim.cmd('edit ' .. vim.env.WS .. '/process.js')
common.attaches()
check('plan', function()
  local plan = execute('crimescene.suggestLogging', asked).markdown
  assert(plan:find('- [ ] **p1**', 1, true) and plan:find('process.js:', 1, true), plan)
  assert(plan:find('stock.js:', 1, true), plan)
end)
check('insert', function()
  local done = execute('crimescene.insertLogging', asked)
  assert(#done.points > 2, vim.inspect(done))
  vim.cmd('silent wall')
  wait('text', function() return bytes('process.js'):find('_dbg_', 1, true) end)
  assert(bytes('stock.js'):find('_dbg_', 1, true), bytes('stock.js'))
end)
check('a hint on each statement', function()
  wait('diagnostics', function()
    for _, d in ipairs(vim.diagnostic.get(0)) do
      if d.message:find('Log point p', 1, true) then return true end
    end
  end)
end)
check('run', function()
  local printed = vim.fn.system({ 'node', vim.env.WS .. '/main.js' })
  assert(printed == vim.env.PRINTED, printed)
end)
check('read back', function()
  local trail = execute('crimescene.readLogs').markdown
  assert(trail:find("| order.status | 'PAID' |", 1, true) or trail:find("'PAID'", 1, true), trail)
  assert(trail:find('Does the value go wrong there?', 1, true), trail)
end)
check('prompt', function()
  local at = { uri = uri('stock.js'), line = 1, place = true }
  local text = execute('crimescene.buildPrompt', at).prompt
  assert(text:find('## Runtime values', 1, true) and text:find("'PAID'", 1, true), text)
end)
check('remove', function()
  local gone = execute('crimescene.removeLogging')
  assert(#gone.paths >= 2 and #gone.leftovers == 0, vim.inspect(gone))
  vim.cmd('silent wall')
  for _, name in ipairs(NAMES) do
    wait(name, function() return bytes(name) == before[name] end)
  end
end)
common.done()
