-- What the scripts of this folder share: checks that are counted, waits, the server's client.
local M = {}
local fails = 0
function M.say(...)
  io.stdout:write(table.concat(vim.tbl_map(tostring, { ... }), ' ') .. '\n')
end
function M.check(name, f)
  local ok, v = pcall(f)
  if not ok then fails = fails + 1 end
  M.say(ok and 'ok  ' or 'FAIL', name, v == nil and '' or v)
end
function M.wait(what, f)
  assert(vim.wait(60000, f, 20), 'timeout: ' .. what)
end
function M.clients()
  return vim.lsp.get_clients and vim.lsp.get_clients() or vim.lsp.get_active_clients()
end
function M.client() return M.clients()[1] end
function M.attaches()
  M.check('attaches', function()
    M.wait('client', function()
      local c = M.client()
      return c and c.initialized
    end)
    return M.client().offset_encoding or 'utf-16'
  end)
end
function M.execute(command, argument)
  local params = { command = command, arguments = { argument } }
  local problem, answer
  local function take(e, r) problem, answer = e, r or {} end
  local c = M.client()
  if vim.fn.has('nvim-0.11') == 1 then
    c:request('workspace/executeCommand', params, take)
  else
    c.request('workspace/executeCommand', params, take)
  end
  M.wait(command, function() return answer end)
  assert(not problem, vim.inspect(problem))
  return answer
end
function M.uri(path) return vim.uri_from_fname(vim.env.WS .. '/' .. path) end
-- Says the one line that the tests look for, and leaves.
function M.done()
  M.say(fails == 0 and 'ALL WELL' or 'FAILED')
  vim.cmd(fails == 0 and 'qall!' or 'cquit!')
end
return M
